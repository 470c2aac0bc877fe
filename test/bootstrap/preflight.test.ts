import { expect } from 'chai'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { checkMachine, type Machine } from '../../bootstrap/preflight/checks'
import { requireFreePort, wholeNumber } from '../../bootstrap/preflight/options'

const machine: Machine = {
  platform: 'linux x64',
  system: 'debian',
  like: [],
  cgroup: { version: 'v2', memory: true },
  availableMemoryMb: 16_000,
  freeDiskMb: 50_000,
}
const found = (change: Partial<Machine>, running = false) =>
  checkMachine({ ...machine, ...change }, { nodes: 5, running }).map(
    ({ parts }) => `${parts.what}; ${parts.given ?? ''}; ${parts.do}`,
  )

describe('preflight', () => {
  it('finds nothing wrong with a Debian or something like Ubuntu', () => {
    expect(found({})).to.deep.equal([])
    expect(found({ system: 'mint', like: ['ubuntu', 'debian'] })).to.deep.equal([])
  })

  it('says what is wrong with another platform, and nothing else then', () => {
    expect(found({ platform: 'linux arm64', availableMemoryMb: 1 })).to.have.length(1)
  })

  it('says every other thing at once', () => {
    const all = found({
      system: 'fedora',
      cgroup: { version: 'v1', memory: false },
      availableMemoryMb: 5000,
      freeDiskMb: 10,
    })
    expect(all).to.have.length(4)
    expect(all.join('\n')).to.contain('fedora').and.to.contain('--nodes 3').and.to.contain('10 MB free')
  })

  it('does not count memory that the fleet itself has taken', () => {
    expect(found({ availableMemoryMb: 500, freeDiskMb: 10 }, true)).to.deep.equal([])
  })

  it('reads whole numbers, and refuses anything else as wrong usage', () => {
    expect(wholeNumber('--nodes', '5', 1, 99)).to.equal(5)
    for (const text of ['x', '', '0', '100', '1.5', '-1', '1e1']) {
      expect(() => wholeNumber('--nodes', text, 1, 99), text)
        .to.throw(/--nodes is wrong/)
        .with.property('exitCode', 2)
    }
  })

  it('names a port that something else listens on', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const { port } = server.address() as AddressInfo
    const error = await requireFreePort(port).then(() => undefined, String)
    await new Promise((resolve) => server.close(resolve))
    expect(error).to.contain(`port ${port}`).and.to.contain('--publish')
    await requireFreePort(port)
  })
})
