import { AssertionError, expect, use } from 'chai'
import { Engine, type ApiJob } from 'nomad-engine'
import { Memory } from '../../../nomad'
import { jobsIn } from '../../../scheduler/jobs-in'
import { howManyMore, minnowboards, plan } from '../../../scheduler/placement'
import { fitNomadJobs, type FitOnOptions } from '../../../scheduler/testing'
import { platformApp } from './platform'

use(fitNomadJobs)

const everyNode = ['minnow-1', 'minnow-2', 'minnow-3', 'minnow-4', 'minnow-5']

describe('the platform on minnowboards', function () {
  this.timeout(300_000)
  const engine = new Engine()
  after(() => engine.close())

  /** What a person reads when the assertion fails. */
  async function failure(nodes: ReturnType<typeof minnowboards>, options: FitOnOptions = {}): Promise<string> {
    try {
      await expect(platformApp().app).to.fitOn(nodes, { engine, ...options })
    } catch (error) {
      if (error instanceof AssertionError) return error.message
      throw error
    }
    throw new Error('it did not fail')
  }

  const jobs = (): Promise<readonly ApiJob[]> => jobsIn(platformApp().app, { engine })

  it('fits on five, also when any one of them is lost', async () => {
    await expect(platformApp().app).to.fitOn(minnowboards(5), { losing: 1, engine })
  })

  it('has Cassandra on each, MySQL on three of its homes, and figures that are those of Nomad', async () => {
    const given = await jobs()
    const report = await plan(given, minnowboards(5), { engine, losing: 1 })
    const group = (id: string) => report.jobs.find(({ job }) => job === id)?.groups[0]
    expect(group('cassandra')).to.deep.equal({ group: 'cassandra', wanted: 5, placed: 5, nodes: everyNode })
    expect(group('mysql')?.nodes).to.deep.equal(everyNode.slice(0, 3))
    expect(group('web')).to.include({ wanted: 3, placed: 3 })
    expect(report.losing?.losses.map(({ nodes: [node] }) => node)).to.deep.equal(everyNode)
    for (const { nodes, covered, moved, missing } of report.losing?.losses ?? []) {
      expect(missing, nodes.join()).to.deep.equal([])
      // at least Cassandra and HAProxy; whoever has a service on it finds another node for it
      expect(covered, nodes.join()).to.be.at.least(2)
      const lost = report.jobs.filter(({ type }) => type === 'service' || type === 'batch')
      const services = lost.flatMap((job) => job.groups.flatMap((g) => g.nodes)).filter((node) => nodes.includes(node))
      expect(moved, nodes.join()).to.equal(services.length)
    }
    // Counted from the allocations here, by Nomad's own code in the plan.
    const shares = report.nodes.map(({ name, cpu, memory, allocations }) => [
      name,
      cpu.total,
      cpu.used,
      memory.total,
      memory.used,
      allocations,
    ])
    const { nodes: short } = minnowboards(5)
    const reserving = short.map(({ reserved, cpu, memory, ...node }) => ({
      ...node,
      cpu: cpu - (reserved?.cpu ?? 0),
      memory: memory - (reserved?.memory ?? 0),
    }))
    const asked = [...given].sort((a, b) => Number(b['Priority'] ?? 50) - Number(a['Priority'] ?? 50))
    const { nodes: nomads } = await engine.plan({ nodes: reserving }, asked, { noDiff: true })
    expect(shares).to.deep.equal(
      nomads.map((n) => [n.nodeName, n.cpu, n.cpuUsed, n.memory, n.memoryUsed, n.allocations]),
    )
  })

  it('does not fit on one, and says what has no place', async () => {
    const said = await failure(minnowboards(1))
    expect(said).to.match(
      /^expected the jobs to fit, but\nmysql\.mysql: 2 of 3 have no place\n {2}why {6}'distinct_hosts' leaves out 1 node\n/,
    )
    expect(said).to.match(
      /web\.web: \d of 3 ha(s|ve) no place\n {2}why .*exhausted on 1 node\n {2}closest {2}minnow-1: \d+ MB short \(148 asked, \d+ free\)/,
    )
    expect(said).to.match(/it does not fit on 1 node$/)
  })

  it('does not fit where memory is too small, and says by how much on each node', async () => {
    // 1200 MB less 320: what Cassandra's 900 lacks is 20, before anybody else came
    const said = await failure(minnowboards(5, { memory: Memory.mebibytes(1200) }))
    expect(said).to.contain('cassandra.cassandra: 5 of 5 have no place\n  why      memory is exhausted on ')
    expect(said).to.match(/closest {2}minnow-\d: 20 MB short \(900 asked, 880 free\)/)
  })

  it('says what is missing when a node is lost that was needed', async () => {
    const said = await failure(minnowboards(3), { losing: 1 })
    expect(said).to.match(
      /without minnow-\d: mysql\.mysql: 1 of 3 has no place\n {2}why .*'distinct_hosts' leaves out 2 nodes/,
    )
    expect(said).to.match(/it fits on 3 nodes, but not when any 1 node is lost$/)
  })

  it('has room for an analysis, which is placed only when somebody asks for it', async () => {
    const given = await jobs()
    const idle = await plan(given, minnowboards(5), { engine })
    expect(idle.jobs.find(({ job }) => job === 'analysis')).to.deep.include({ waits: 'parameterized', groups: [] })
    const busy = await plan(given, minnowboards(5), { engine, dispatched: ['analysis'] })
    expect(busy.fits).to.equal(true)
    const run = busy.jobs.find(({ job }) => job === 'analysis/dispatch-1')
    expect(run?.groups.map(({ group, placed }) => [group, placed])).to.deep.equal([
      ['driver', 1],
      ['executors', 1],
    ])
    // distinct hosts
    expect(new Set(run?.groups.flatMap(({ nodes }) => nodes)).size).to.equal(2)
    const memory = (report: typeof idle) => report.nodes.reduce((sum, node) => sum + node.memory.used, 0)
    expect(memory(busy) - memory(idle)).to.equal(2 * 640)
  })

  it('says how many more of the web tier fit, and one more than that does not', async () => {
    const more = await howManyMore(await jobs(), minnowboards(5), { job: 'web', engine })
    expect(more).to.be.within(1, 20)
    await expect(platformApp({ webInstances: 3 + more }).app).to.fitOn(minnowboards(5), { engine })
    await expect(platformApp({ webInstances: 4 + more }).app).not.to.fitOn(minnowboards(5), { engine })
  })
})
