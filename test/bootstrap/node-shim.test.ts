import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const shim = resolve('bootstrap/toolchain/node.sh')

describe('node.sh', () => {
  let folder: string
  let server: Server
  let tampered: boolean

  /** Runs the part that downloads a release; the version is the shim's own. */
  const fromRelease = () => {
    const script = `cache=${folder}/cache; mkdir -p $cache/bin/node; source ${shim}; node_from_release "$cache/bin/node/$node_version" && "$cache/bin/node/$node_version/bin/node"`
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return run('bash', ['-euo', 'pipefail', '-c', script], { env: { ...process.env, SHOAL_NODE_DIST_URL: url } })
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
    tampered = false
    const [, version = ''] = /^node_version=(\S+)$/m.exec(readFileSync(shim, 'utf8')) ?? []
    const name = `node-v${version}-linux-x64`
    mkdirSync(join(folder, name, 'bin'), { recursive: true })
    writeFileSync(join(folder, name, 'bin/node'), '#!/bin/sh\necho "a node"\n')
    chmodSync(join(folder, name, 'bin/node'), 0o755)
    await run('tar', ['-czf', `${name}.tar.gz`, name], { cwd: folder })
    const archive = readFileSync(join(folder, `${name}.tar.gz`))
    const sha256 = createHash('sha256').update(archive).digest('hex')
    server = createServer((request, response) => {
      if (request.url?.endsWith('SHASUMS256.txt')) response.end(`${sha256}  ${name}.tar.gz\n`)
      else response.end(tampered ? Buffer.concat([archive, Buffer.from('x')]) : archive)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterEach(async () => {
    await new Promise((done) => server.close(done))
    rmSync(folder, { recursive: true })
  })

  it('takes the official release', async () => {
    expect((await fromRelease()).stdout).to.equal('a node\n')
  })

  it('refuses an archive that is not the released one', async () => {
    tampered = true
    const error: unknown = await fromRelease().then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(String(error)).to.match(/is not the one that was released\n {2}given[\s\S]*allowed[\s\S]*do/)
  })
})

describe('node.sh, called by sudo', () => {
  const root = process.getuid?.() === 0
  let checkout: string
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'shoal-checkout-'))
    // Root's own as for anybody else: what follows can be seen by root only, and must change nothing for a user.
    if (root) chownSync(checkout, 65534, 65534)
  })
  afterEach(() => rmSync(checkout, { recursive: true }))

  const seen = async (env: Record<string, string>) => {
    const script = `source ${shim}; find_caller ${checkout}; touch ${checkout}/given; give ${checkout}/given; echo "$(as_caller id -u) $HOME $(stat -c %u ${checkout}/given)"`
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
      env: { PATH: process.env.PATH, HOME: '/', ...env },
    })
    return stdout.trim()
  }
  const me = String(process.getuid?.())

  it('works for who called, in a checkout of their own, with their home', async () => {
    const home = (await run('getent', ['passwd', '65534'])).stdout.split(':')[5] ?? ''
    const found = await seen({ SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' })
    expect(found).to.equal(root ? `65534 ${home} 65534` : `${me} / ${me}`)
  })

  it('works for itself without sudo, and in a checkout of somebody else', async () => {
    expect(await seen({})).to.equal(`${me} / ${me}`)
    expect(await seen({ SUDO_UID: '65533', SUDO_GID: '65533' })).to.equal(`${me} / ${me}`)
    expect(await seen({ SUDO_UID: '0', SUDO_GID: '0' })).to.equal(`${me} / ${me}`)
  })
})
