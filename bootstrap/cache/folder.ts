import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { give, makeFolder } from '../caller.js'
import { withLock } from './lock.js'

/**
 * Makes a folder once: `fill` works in a temporary folder beside it, and a rename makes it visible all at once. An
 * interrupted run leaves nothing that looks finished; two runs at once do the work once. It is the caller's, all of it.
 * @param fill gets the temporary folder; may return a folder inside it that is to be kept instead of the whole
 * @param owners whose the files are in the end: `image` leaves each to whom `fill` gave it. @default 'caller'
 * @returns `final`
 */
export async function withNewFolder(
  final: string,
  fill: (folder: string) => Promise<string | void>,
  owners: 'caller' | 'image' = 'caller',
): Promise<string> {
  if (existsSync(final)) return final
  await makeFolder(dirname(final))
  return withLock(final, async () => {
    if (existsSync(final)) return final
    const folder = await mkdtemp(join(dirname(final), `.new-${basename(final)}-`))
    try {
      await give(folder)
      const kept = (await fill(folder)) ?? folder
      if (owners === 'caller') await give(kept)
      await rename(kept, final)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return final
  })
}
