import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodes, nomad, running } from './support/cluster'
import { until } from './support/until'

const state = join(process.env['SHOAL_STATE'] ?? '/var/lib/shoal', process.env['SHOAL_FLEET'] ?? '')

interface Placed {
  readonly ID: string
  readonly NodeName: string
  readonly ClientStatus: string
  readonly CreateIndex: number
}

describe('a system job that failed for good on a node', function () {
  this.timeout(300_000)
  const job = 'haproxy'
  const node = nodes()[nodes().length - 1]!

  /** The last of the job's allocations on the node. */
  const last = async (): Promise<Placed | undefined> => {
    const all = await nomad<Placed[]>(`/job/${job}/allocations`)
    return all.filter((a) => a.NodeName === node.name).sort((a, b) => b.CreateIndex - a.CreateIndex)[0]
  }

  /** Ours: the fleet's, by the id that bootstrap has written down. */
  const signalConsul = (signal: 'SIGSTOP' | 'SIGCONT') => {
    const file = join(state, `node-${node.number}/run/consul.pid`)
    process.kill((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, signal)
  }

  after(() => signalConsul('SIGCONT'))

  it('is started again by the keeper', async () => {
    const before = (await running(job)).length
    const old = await last()
    expect(old?.ClientStatus).to.equal('running')
    // Nomad gives up an allocation whose token Consul doesn't give in time.
    signalConsul('SIGSTOP')
    await nomad(`/allocation/${old?.ID}/stop`, { method: 'POST' })
    await until('it has stopped', async () => (await last())?.ClientStatus === 'complete', { deadline: 60_000 })
    await nomad(`/job/${job}/evaluate`, { method: 'POST', body: JSON.stringify({ JobID: job }) })
    await until('a new one fails', async () => (await last())?.ClientStatus === 'failed', { deadline: 90_000 })
    signalConsul('SIGCONT')
    const healthy = Date.now()
    await until('it runs again', async () => (await running(job)).length === before, { deadline: 120_000 })
    console.log(`      ${((Date.now() - healthy) / 1000).toFixed(1)} s after Consul answered again`)
    expect((await last())?.ClientStatus).to.equal('running')
  })
})
