import { unzip, type Unzipped } from 'fflate'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../problem.js'
import { download, fetchText, type Patience } from './download.js'

/** HashiCorp's release server; `SHOAL_RELEASES_URL` names another with the same layout. */
export const releasesUrl = (env: NodeJS.ProcessEnv = process.env): string =>
  (env.SHOAL_RELEASES_URL || 'https://releases.hashicorp.com').replace(/\/+$/, '')

/** A program of an official release. */
export interface Release {
  /** Base URL: `<url>/<product>/<version>/<product>_<version>_linux_amd64.zip`. */
  readonly url: string
  readonly product: string
  readonly version: string
}

/**
 * Downloads an official release, checks it against the SHA-256 that was released with it, and takes the program out.
 * @param downloads folder that keeps the archive
 * @returns the program's bytes
 * @throws Unreachable when the server can't be reached, Problem when the archive isn't the released one
 */
export async function fetchRelease(
  { url, product, version }: Release,
  downloads: string,
  onProgress: (note: string) => void,
  patience?: Patience,
): Promise<Uint8Array> {
  const folder = `${url}/${product}/${version}`
  const name = `${product}_${version}_linux_amd64.zip`
  const sums = await fetchText(`${folder}/${product}_${version}_SHA256SUMS`, patience)
  const sha256 = new RegExp(`^([0-9a-f]{64})\\s+\\*?${name.replaceAll('.', '\\.')}$`, 'm').exec(sums)?.[1]
  if (sha256 === undefined) {
    throw new Problem({
      what: `toolchain: the list of checksums of ${product} ${version} doesn't have ${name}`,
      given: `${folder}/${product}_${version}_SHA256SUMS`,
      allowed: `a line with ${name}`,
      do: 'check the release server that SHOAL_RELEASES_URL names, or use --from-source',
    })
  }
  const archive = join(downloads, name)
  await download(`${folder}/${name}`, archive, sha256, patience, (done, total) => {
    const share = total === undefined ? `${Math.round(done / 1e6)} MB` : `${Math.floor((done * 100) / total)} %`
    onProgress(`${product} ${version}: ${share}`)
  })
  const files = await unpack(await readFile(archive), (file) => file === product)
  const program = files[product]
  if (program === undefined) {
    throw new Problem({
      what: `toolchain: the archive of ${product} ${version} has no file '${product}'`,
      given: archive,
      do: 'check the release server that SHOAL_RELEASES_URL names, or use --from-source',
    })
  }
  return program
}

/** In a worker thread: a hundred megabytes would stop the progress display for seconds. */
const unpack = (archive: Uint8Array, wanted: (file: string) => boolean): Promise<Unzipped> =>
  new Promise((resolve, reject) => {
    unzip(archive, { filter: ({ name }) => wanted(name) }, (error, files) => (error ? reject(error) : resolve(files)))
  })
