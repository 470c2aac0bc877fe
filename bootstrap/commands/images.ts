import { Command } from 'commander'
import { execa } from 'execa'
import { resolve } from 'node:path'
import { buildImages, listImages, withBuilder } from '../images/index.js'
import { unpackImage } from '../images/unpack.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { requireRoot } from '../preflight/root.js'
import { Problem } from '../problem.js'

/** `bootstrap/shoal images`: look at and build the images by hand. */
export function imagesCommand(): Command {
  const command = new Command('images').description('list and build the images by hand (images/README.md)')
  command
    .command('list')
    .description('every image with its version and parent')
    .action(() => {
      for (const { name, version, from } of listImages(repositoryRoot))
        console.log(`${name.padEnd(16)} ${version}  from ${from}`)
    })
  command
    .command('build')
    .argument('[names...]', 'images to build; all when none is named')
    .description("build images, parents first, with the builder's own Docker engine; pushes nothing")
    .action(async (names: string[]) => {
      requireKnown(names)
      await requireRoot()
      const built = await buildImages(repositoryRoot, cacheRoot(), names, (note) => console.log(note))
      for (const { name, version } of built) console.log(`${name}:${version}`)
    })
  command
    .command('unpack')
    .argument('<name>', 'the image')
    .argument('<folder>', 'where its files go; it must not exist')
    .description('build an image and copy its files into a folder, to run its programs without a container')
    .action(async (name: string, folder: string) => {
      requireKnown([name])
      await requireRoot()
      await unpackImage(repositoryRoot, cacheRoot(), name, resolve(folder), (note) => console.log(note))
    })
  command
    .command('docker')
    .argument('[args...]', 'a docker command: -- run --rm --network host web:latest')
    .description("run a docker command on the builder's engine")
    .action(async (args: string[]) => {
      await requireRoot()
      const { exitCode } = await withBuilder(cacheRoot(), ({ host }) =>
        execa('docker', args, { env: { DOCKER_HOST: host }, stdio: 'inherit', reject: false }),
      )
      process.exitCode = exitCode ?? 1
    })
  return command
}

function requireKnown(names: readonly string[]): void {
  const known = listImages(repositoryRoot).map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw Problem.usage({
    what: 'images: no such image',
    given: unknown.join(', '),
    allowed: known.join(', '),
    do: 'correct the name',
  })
}
