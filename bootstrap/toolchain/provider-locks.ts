import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Terraform's and OpenTofu's names for the same provider. */
export const providerAddresses = ['registry.terraform.io/hashicorp/nomad', 'registry.opentofu.org/hashicorp/nomad']

/**
 * Checksum of an unpacked provider, as Terraform writes it into `.terraform.lock.hcl`.
 * @param program the only file of its folder
 */
export async function providerHash(program: string): Promise<string> {
  const sha256 = (content: string | Buffer) => createHash('sha256').update(content)
  const file = sha256(await readFile(program)).digest('hex')
  return `h1:${sha256(`${file}  ${basename(program)}\n`).digest('base64')}`
}

/**
 * Removes the Nomad provider's entries from the lock files of an app's stacks that `keep` says no to; Terraform refuses a
 * provider that has none of the checksums in its entry, and writes a new entry where there is none.
 * @param output the folder that the app is synthesized into, as `cdktf.out`; it may be missing
 * @param keep gets the checksums of an entry
 */
export async function forgetLocks(output: string, keep: (hashes: readonly string[]) => boolean): Promise<void> {
  const stacks = join(output, 'stacks')
  if (!existsSync(stacks)) return
  for (const stack of await readdir(stacks)) {
    const file = join(stacks, stack, '.terraform.lock.hcl')
    if (!existsSync(file)) continue
    const text = await readFile(file, 'utf8')
    const kept = text.replace(/^provider "([^"]+)" \{\n[^]*?^\}\n*/gm, (entry, address: string) => {
      const hashes = entry.match(/(?<=")(h1|zh):[^"]+/g)
      return !providerAddresses.includes(address) || hashes === null || keep(hashes) ? entry : ''
    })
    if (kept !== text) await writeFile(file, kept)
  }
}

/**
 * Whether Terraform takes the provider of today for that of an entry with these checksums: this very stand-in, or what the
 * registry has (`zh:`, which no stand-in has).
 */
export const fitsTo =
  (standIn: string | undefined) =>
  (hashes: readonly string[]): boolean =>
    standIn === undefined ? hashes.some((hash) => hash.startsWith('zh:')) : hashes.includes(standIn)
