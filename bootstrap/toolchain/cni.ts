import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withNewFolder } from '../cache/folder.js'
import { aptInstall, findProgram } from './apt.js'
import { download, fetchText, type Patience } from './download.js'

const version = '1.9.1'
/** What Nomad's bridge mode calls. */
const plugins = ['bridge', 'host-local', 'loopback', 'portmap', 'firewall']
const folders = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni']

const hasAll = (folder: string): boolean => plugins.every((plugin) => existsSync(join(folder, plugin)))

/**
 * The folder with the CNI plugins: one that the machine has, Debian's package, or the official release.
 * @throws Problem when none can be had
 */
export async function ensureCni(cache: string, patience?: Patience): Promise<string> {
  const own = [...(process.env.CNI_PATH ?? '').split(':').filter(Boolean), ...folders].find(hasAll)
  if (own !== undefined) return own
  const cached = join(cache, 'bin', 'cni', version)
  if (existsSync(cached)) return cached
  if (findProgram('apt-get') !== undefined) {
    // Ubuntu has the package from 24.04 on only.
    const installed = await aptInstall(['containernetworking-plugins'], 'CNI plugins').then(
      () => folders.find(hasAll),
      () => undefined,
    )
    if (installed !== undefined) return installed
  }
  const name = `cni-plugins-linux-amd64-v${version}.tgz`
  const url = `https://github.com/containernetworking/plugins/releases/download/v${version}/${name}`
  const [sha256 = ''] = (await fetchText(`${url}.sha256`, patience)).split(/\s/)
  return withNewFolder(cached, async (folder) => {
    const archive = join(cache, 'downloads', name)
    await download(url, archive, sha256, patience)
    await execa('tar', ['-xzf', archive, '-C', folder])
  })
}
