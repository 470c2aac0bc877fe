import { createHash, type Hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Folders that are never part of what something is made from. */
const skipped = new Set(['node_modules', 'dist', '.git'])

/**
 * SHA-256 over a file or folder: paths, contents, links and the executable bit; no times, no owners.
 * @returns hex
 */
export function hashTree(path: string, skip: ReadonlySet<string> = skipped): string {
  const hash = createHash('sha256')
  add(hash, path, '', skip)
  return hash.digest('hex')
}

function add(hash: Hash, path: string, name: string, skip: ReadonlySet<string>): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) {
    field(hash, 'link', name, Buffer.from(readlinkSync(path)))
  } else if (stat.isDirectory()) {
    field(hash, 'folder', name, Buffer.alloc(0))
    for (const entry of readdirSync(path).sort()) {
      if (!skip.has(entry)) add(hash, join(path, entry), `${name}/${entry}`, skip)
    }
  } else if (stat.isFile()) {
    field(hash, stat.mode & 0o100 ? 'program' : 'file', name, readFileSync(path))
  }
}

/** Lengths go first, so that no two lists of fields run together into the same bytes. */
function field(hash: Hash, kind: string, name: string, content: Buffer): void {
  hash.update(`${kind} ${Buffer.byteLength(name)} ${content.length}\n${name}`)
  hash.update(content)
}

/** SHA-256 over a list of texts. @returns hex */
export function hashTexts(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) field(hash, 'text', '', Buffer.from(text))
  return hash.digest('hex')
}
