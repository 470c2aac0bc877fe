import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { withLock } from './lock.js'

/**
 * Makes a folder once: `fill` works in a temporary folder beside it, and a rename makes it visible all at once. An
 * interrupted run leaves nothing that looks finished; two runs at once do the work once.
 * @param fill gets the temporary folder; may return a folder inside it that is to be kept instead of the whole
 * @returns `final`
 */
export async function withNewFolder(final: string, fill: (folder: string) => Promise<string | void>): Promise<string> {
  if (existsSync(final)) return final
  await mkdir(dirname(final), { recursive: true })
  return withLock(final, async () => {
    if (existsSync(final)) return final
    const folder = await mkdtemp(join(dirname(final), `.new-${basename(final)}-`))
    try {
      await rename((await fill(folder)) ?? folder, final)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return final
  })
}
