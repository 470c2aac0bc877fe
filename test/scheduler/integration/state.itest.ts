import { expect } from 'chai'
import { type ApiJob, Engine } from 'nomad-engine'
import { Cpu, Memory } from '../../../nomad'
import { nodes, plan } from '../../../scheduler/placement'
import type { JobView } from '../../../scheduler/placement/api'
import { capacityOf } from '../../../scheduler/placement/node-view'
import { settle } from '../../../scheduler/placement/settle'
import { State } from '../../../scheduler/placement/state'

const task = (Name: string, Resources: object, more: object = {}) => ({
  Name,
  Driver: 'docker',
  Config: { image: 'x' },
  Resources,
  ...more,
})

const job = (ID: string, group: object, more: object = {}): ApiJob => ({
  ID,
  Name: ID,
  Type: 'service',
  Datacenters: ['*'],
  TaskGroups: [{ Name: 'g', Count: 1, Tasks: [task('t', { CPU: 100, MemoryMB: 100 })], ...group }],
  ...more,
})

const network = [{ Mode: 'host', ReservedPorts: [{ Label: 'a', Value: 8000 }], DynamicPorts: [{ Label: 'b' }] }]
const lifecycle = [
  task('init', { CPU: 900, MemoryMB: 30 }, { Lifecycle: { Hook: 'prestart' } }),
  task('proxy', { CPU: 50, MemoryMB: 20 }, { Lifecycle: { Hook: 'prestart', Sidecar: true } }),
  task('main', { CPU: 100, MemoryMB: 200 }),
  task('tidy', { CPU: 20, MemoryMB: 500 }, { Lifecycle: { Hook: 'poststop' } }),
]

const three = nodes(3, {
  cpu: Cpu.mhz(4000),
  cores: 4,
  memory: Memory.mebibytes(2000),
  reserved: { cpu: Cpu.mhz(300), memory: Memory.mebibytes(200) },
})

/** A cluster with the jobs on it, and what Nomad says about its nodes. */
async function deployed(engine: Engine, before: State, jobs: readonly ApiJob[], seed: number) {
  const state = before.copy()
  const planned = await engine.plan(state.toCluster(), jobs, { seed, noDiff: true })
  expect(planned.jobs.flatMap(({ errors }) => errors)).to.deep.equal([])
  for (const one of jobs) state.put((await engine.canonicalize(one)) as JobView)
  const settled = await settle(planned, state, engine, seed)
  return { state, planned, settled }
}

describe('a state that is asked again', function () {
  this.timeout(120_000)
  const engine = new Engine()
  const first = () => State.of(three, engine)
  let seed = 0
  after(() => engine.close())

  /** What is taken here, as Nomad counts it, and as it counts it again when all is handed in. */
  async function same({ state, planned }: Awaited<ReturnType<typeof deploy>>) {
    const again = await engine.plan(state.toCluster(), [])
    expect(again.nodes).to.deep.equal(planned.nodes)
    const ours = state.nodes.map((node) => {
      const [has, used] = [capacityOf(node), state.usedOf(node)]
      return [node.Name, has.cpu, used.cpu, has.memory, used.memory, has.disk, used.disk]
    })
    expect(ours).to.deep.equal(
      planned.nodes.map((n) => [n.nodeName, n.cpu, n.cpuUsed, n.memory, n.memoryUsed, n.disk, n.diskUsed]),
    )
  }

  const deploy = (before: State, jobs: readonly ApiJob[]) => deployed(engine, before, jobs, seed++)

  it('holds what Nomad placed: phases of tasks, whole cores, ports', async () => {
    const made = await deploy(await first(), [
      job('phases', { Count: 2, Tasks: lifecycle }),
      job('cores', { Count: 3, Tasks: [task('a', { Cores: 1, MemoryMB: 50 }), task('b', { Cores: 1, MemoryMB: 50 })] }),
      job('ports', { Count: 3, Networks: network }),
      job('disk', { EphemeralDisk: { SizeMB: 1234 } }),
      job('everywhere', {}, { Type: 'system' }),
    ])
    expect(made.planned.jobs.flatMap(({ failures }) => failures)).to.deep.equal([])
    await same(made)
    // cores and ports that are taken are taken
    const more = await deploy(made.state, [
      job('more-cores', { Tasks: [task('a', { Cores: 3, MemoryMB: 50 })] }),
      job('more-ports', { Networks: network }),
    ])
    expect(
      more.planned.jobs.flatMap(({ failures }) => failures.map(({ exhaustedBy }) => Object.keys(exhaustedBy))),
    ).to.deep.equal([['cores'], ['network: reserved port collision a=8000']])
  })

  it('holds what was updated in place, and what had to go', async () => {
    const one = job('web', { Count: 3, Tasks: [task('t', { CPU: 200, MemoryMB: 500 })] })
    const made = await deploy(await first(), [one])
    const meta = await deploy(made.state, [{ ...one, Priority: 60 }])
    expect(meta.planned.jobs[0]?.stopped).to.deep.equal([])
    expect(meta.planned.jobs[0]?.updated.length).to.be.above(0)
    await same(meta)
    const urgent = await deploy(meta.state, [
      job('urgent', { Tasks: [task('t', { CPU: 200, MemoryMB: 1700 })] }, { Type: 'system', Priority: 90 }),
    ])
    expect(urgent.settled.preempted.map(({ job: id, by }) => [id, by])).to.deep.equal([
      ['web', 'urgent'],
      ['web', 'urgent'],
      ['web', 'urgent'],
    ])
    await same(urgent)
  })

  it('makes no difference between a job of the default namespace and one of another', async () => {
    const shop = (Namespace: string) => [
      job('web', { Count: 2, Tasks: [task('t', { CPU: 200, MemoryMB: 1000 })] }, { Namespace }),
    ]
    for (const namespace of ['default', 'shop']) {
      const report = await plan(shop(namespace), three, { engine, losing: 1 })
      expect(report.fits, namespace).to.equal(true)
      expect(report.losing?.losses.map(({ moved }) => moved).sort(), namespace).to.deep.equal([0, 1, 1])
      const tight = await plan(shop(namespace), { nodes: three.nodes.slice(0, 2) }, { engine, losing: 1 })
      expect(tight.losing?.worst.missing[0], namespace).to.deep.include({ namespace, count: 1, wanted: 2 })
      expect(tight.losing?.worst.missing[0]?.shortages[0]?.short.memory, namespace).to.equal(200)
    }
  })

  it('does not want again what a batch job has done', async () => {
    const made = await deploy(await first(), [job('sums', { Count: 4 }, { Type: 'batch' })])
    const { allocations, ...rest } = made.state.toCluster()
    const done = { ClientStatus: 'complete', TaskStates: { t: { State: 'dead', Failed: false } } }
    const half = allocations.map((one, index) => (index < 2 ? { ...one, ...done } : one))
    const report = await plan([], { ...rest, allocations: half }, { engine, losing: 1 })
    expect(report.fits).to.equal(true)
    expect(report.jobs[0]?.groups[0]).to.include({ wanted: 4, placed: 4 })
    expect(report.nodes.reduce((sum, node) => sum + node.allocations, 0)).to.equal(2)
    expect(report.losing?.losses.reduce((sum, { moved }) => sum + moved, 0)).to.equal(2)
  })

  it('does not count on a group that Nomad places again only later', async () => {
    const hour = 3_600_000_000_000
    const later = job('later', { Disconnect: { StopOnClientAfter: hour } })
    const report = await plan([later], three, { engine, losing: 1 })
    expect(report.losing?.worst.missing[0]).to.deep.include({ job: 'later', count: 1, wanted: 1, shortages: [] })
  })
})
