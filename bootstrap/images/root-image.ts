import { execa } from 'execa'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensurePackages } from '../toolchain/apt.js'
import type { Builder } from './builder.js'
import { rootImage } from './definition.js'
import { type AptSource, parseAptSources } from './apt-sources.js'

const suite = 'bookworm'

/** Makes sure that the builder has {@link rootImage}: pulled where Docker Hub answers, else made by debootstrap. */
export async function ensureRootImage(
  builder: Builder,
  cache: string,
  onProgress: (note: string) => void,
): Promise<void> {
  const found = await builder.docker(['images', '--quiet', rootImage])
  if (found.trim() !== '') return
  onProgress(`pulling ${rootImage}`)
  try {
    await builder.docker(['pull', rootImage])
    return
  } catch {
    // Docker gives up after seconds when nobody answers; whatever the reason is, the image can be made here.
    onProgress(`${rootImage} can't be pulled: making it by debootstrap`)
  }
  await makeByDebootstrap(builder, cache)
}

async function makeByDebootstrap(builder: Builder, cache: string): Promise<void> {
  await ensurePackages({ debootstrap: 'debootstrap' }, `${rootImage} without Docker Hub`)
  await mkdir(join(cache, 'images'), { recursive: true })
  const folder = await mkdtemp(join(cache, 'images', '.debootstrap-'))
  try {
    const sources = hostSources()
    const main = sources.find((source) => source.suite === suite)
    const rootfs = join(folder, 'rootfs')
    // Without a mirror debootstrap takes its own, and writes that down as the image's source.
    await execa('debootstrap', ['--variant=minbase', suite, rootfs, ...(main ? [main.uri] : [])])
    if (main) await writeFile(join(rootfs, 'etc/apt/sources.list'), sourcesList(sources))
    await writeFile(join(rootfs, 'etc/apt/apt.conf.d/90host'), await hostAptOptions())
    await rm(join(rootfs, 'var/cache/apt/archives'), { recursive: true, force: true })
    const archive = join(folder, 'rootfs.tar')
    await execa('tar', [
      ...['--directory', rootfs, '--numeric-owner', '--create', '--file', archive],
      ...['--exclude=./dev/*', '--exclude=./var/lib/apt/lists/*', '--exclude=./usr/share/doc/*'],
      ...['--exclude=./usr/share/man/*', '--exclude=./usr/share/locale/*', '.'],
    ])
    await builder.docker(['import', '--change', 'CMD ["bash"]', archive, rootImage])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The host's own sources of Debian 12, so that a mirror set there is kept. None where the host is another system. */
function hostSources(): AptSource[] {
  const folder = '/etc/apt/sources.list.d'
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return ['/etc/apt/sources.list', ...files]
    .filter((file) => existsSync(file) && /\.(list|sources)$/.test(file))
    .flatMap((file) => parseAptSources(readFileSync(file, 'utf8')))
    .filter((source) => source.suite === suite || source.suite.startsWith(`${suite}-`))
    .filter((source) => source.components.includes('main') && !/nodesource|docker|google/.test(source.uri))
}

const sourcesList = (sources: readonly AptSource[]): string =>
  sources.map(({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}\n`).join('')

/** What the host's apt needs to reach its sources: proxies, and dates that are not checked where they are a snapshot's. */
async function hostAptOptions(): Promise<string> {
  const { stdout } = await execa('apt-config', ['dump'], { reject: false })
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(Check-(Valid-Until|Date)|https?::Proxy\S*|Retries) "[^"]+";$/.test(line))
    .map((line) => `${line}\n`)
    .join('')
}
