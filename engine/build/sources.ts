import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Names a build: 12 hex digits over the content of all files in a folder, and the words that else decide the result. */
export async function buildKey(folder: string, words: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const word of words) hash.update(`${word}\0`)
  for (const file of await filesIn(folder)) {
    hash.update(`${relative(folder, file)}\0`)
    hash.update(await readFile(file))
    hash.update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
