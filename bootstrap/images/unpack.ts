import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withNewFolder } from '../cache/folder.js'
import { withLock } from '../cache/lock.js'
import { Problem } from '../problem.js'
import { withBuilder } from './builder.js'
import { buildImages } from './index.js'

/** A container that is never started holds an image's files while they are copied. */
const label = 'shoal.unpack'

/**
 * Builds an image unless the builder has it in this version, and copies its files into a new folder, where its programs can
 * be run by chroot, without a container. /dev and /proc are empty there.
 * @param folder where the files go; it must not exist
 * @throws Problem when the folder is there, or the image can't be built
 */
export async function unpackImage(
  root: string,
  cache: string,
  name: string,
  folder: string,
  onProgress: (note: string) => void,
): Promise<void> {
  if (existsSync(folder)) {
    throw new Problem({
      what: 'images unpack: the folder is there already',
      given: folder,
      allowed: 'a folder that does not exist',
      do: 'remove it, or name another',
    })
  }
  const [image] = await buildImages(root, cache, [name], onProgress)
  if (image === undefined) throw new TypeError(`Expected an image, got ${name}`)
  onProgress(`${name}: unpacking ${image.version}`)
  // Not around the build: a process has the builder once, and it stops when the process has done with it.
  await withBuilder(cache, (builder) =>
    withLock(join(cache, 'images', 'unpack'), async () => {
      // Also what an interrupted run has left.
      const tidy = () => builder.docker(['container', 'prune', '--force', '--filter', `label=${label}`])
      await tidy()
      try {
        const reference = `${name}:${image.version}`
        const id = (await builder.docker(['create', '--label', label, '--network', 'none', reference])).trim()
        await withNewFolder(
          folder,
          async (place) => {
            const archive = join(place, 'image.tar')
            const files = join(place, 'files')
            await builder.docker(['export', '--output', archive, id])
            await execa('mkdir', ['-m', '755', files])
            await execa('tar', ['--extract', '--numeric-owner', '--file', archive, '--directory', files])
            return files
          },
          'image',
        )
      } finally {
        await tidy()
      }
    }),
  )
}
