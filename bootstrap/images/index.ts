import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withLock } from '../cache/lock.js'
import { type Builder, withBuilder } from './builder.js'
import { withContext } from './context.js'
import { loadImages, rootImage } from './definition.js'
import { hasImage } from './registry.js'
import { ensureRootImage } from './root-image.js'
import { type VersionedImage, versionImages } from './version.js'

export { withBuilder } from './builder.js'
export type { VersionedImage } from './version.js'

/** What {@link ensureImages} works on. */
export interface ImagesOptions {
  /** Root of the repository. */
  readonly root: string
  readonly cache: string
  /** `host:port` of the fleet's registry. */
  readonly registry: string
  /** Where the references go, as JSON `{ name: reference }`. */
  readonly imagesFile: string
  readonly onProgress?: (note: string) => void
}

/** What {@link ensureImages} did. */
export interface ImagesResult {
  /** Name -> reference with version. */
  readonly references: Readonly<Record<string, string>>
  readonly built: readonly string[]
}

/** All images of the repository with their versions, parents first. Builds nothing and takes milliseconds. */
export const listImages = (root: string): VersionedImage[] => versionImages(root, loadImages(root))

/** Name -> reference, for a registry. */
export const references = (images: readonly VersionedImage[], registry: string): Record<string, string> =>
  Object.fromEntries(images.map(({ name, version }) => [name, `${registry}/${name}:${version}`]))

/** Makes sure that the registry has every image in its version, building what it lacks, and writes the images file. */
export async function ensureImages(options: ImagesOptions): Promise<ImagesResult> {
  const { root, cache, registry, imagesFile, onProgress = () => {} } = options
  const images = listImages(root)
  const present = await Promise.all(images.map(({ name, version }) => hasImage(registry, name, version)))
  const missing = images.filter((_, index) => !present[index])
  if (missing.length > 0) {
    await withBuilder(cache, (builder) =>
      withLock(join(cache, 'images', 'build'), async () => {
        for (const image of missing) {
          await build({ root, cache, builder, onProgress }, image, images)
          onProgress(`${image.name}: pushing`)
          const reference = `${registry}/${image.name}:${image.version}`
          await builder.docker(['tag', `${image.name}:${image.version}`, reference])
          await builder.docker(['push', reference])
        }
      }),
    )
  }
  const result = references(images, registry)
  await writeImagesFile(imagesFile, result)
  return { references: result, built: missing.map(({ name }) => name) }
}

/** Builds images (and what they are made from) without pushing them; all of them when no names are given. */
export async function buildImages(
  root: string,
  cache: string,
  names: readonly string[],
  onProgress: (note: string) => void,
): Promise<VersionedImage[]> {
  const images = listImages(root)
  const wanted = names.length === 0 ? images : images.filter(({ name }) => names.includes(name))
  await withBuilder(cache, (builder) =>
    withLock(join(cache, 'images', 'build'), async () => {
      for (const image of wanted) await build({ root, cache, builder, onProgress }, image, images)
    }),
  )
  return wanted
}

/** Writes `{ name: reference }`, whole or not at all. */
export async function writeImagesFile(file: string, references: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(references, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

interface BuildPlace {
  readonly root: string
  readonly cache: string
  readonly builder: Builder
  readonly onProgress: (note: string) => void
}

/** Builds one image, its parents before it, unless the builder has it in this version. */
async function build(place: BuildPlace, image: VersionedImage, all: readonly VersionedImage[]): Promise<void> {
  const { root, cache, builder, onProgress } = place
  const reference = `${image.name}:${image.version}`
  if ((await builder.docker(['images', '--quiet', reference])).trim() !== '') return
  let base = rootImage
  if (image.from === rootImage) {
    await ensureRootImage(builder, cache, onProgress)
  } else {
    const parent = all.find(({ name }) => name === image.from)
    if (parent === undefined) throw new TypeError(`Expected ${image.from} among the images`)
    await build(place, parent, all)
    base = `${parent.name}:${parent.version}`
  }
  onProgress(`${image.name}: assembling`)
  await withContext(
    root,
    image,
    cache,
    (note) => onProgress(`${image.name}: ${note}`),
    async (context) => {
      const tags = ['--tag', reference, '--tag', `${image.name}:latest`]
      const onLine = (line: string) => {
        const step = /^Step (\d+\/\d+) : (.{0,60})/.exec(line)
        if (step) onProgress(`${image.name}: ${step[1] ?? ''} ${step[2] ?? ''}`)
      }
      const options = ['--network', 'host', '--force-rm', '--build-arg', `BASE=${base}`]
      await builder.docker(['build', ...options, ...tags, context], { onLine })
    },
  )
}
