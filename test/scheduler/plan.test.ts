import { expect } from 'chai'
import { Cpu, Memory } from '../../nomad'
import { type FitOptions, nodes, plan, PlannerError } from '../../scheduler/placement'
import { missingOf, settle } from '../../scheduler/placement/settle'
import { State } from '../../scheduler/placement/state'
import { FirstFit, job, noPlan } from './support'

const small = (count: number, memory = 250) => nodes(count, { cpu: Cpu.mhz(1000), memory: Memory.mebibytes(memory) })

const tiny = { cpu: Cpu.mhz(1000), memory: Memory.mebibytes(100) }

const where = (report: Awaited<ReturnType<typeof plan>>) =>
  Object.fromEntries(report.jobs.flatMap(({ groups }) => groups.map(({ group, nodes: on }) => [group, on.join(' ')])))

/** The error of a question that can't be asked. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
  } catch (error) {
    if (error instanceof PlannerError) return error.message
    throw error
  }
  throw new Error('it was answered')
}

describe('the planner', () => {
  let engine: FirstFit
  const ask = (jobs: Parameters<typeof plan>[0], cluster: Parameters<typeof plan>[1], options: FitOptions = {}) =>
    plan(jobs, cluster, { engine, ...options })
  beforeEach(() => (engine = new FirstFit()))

  it('says where everything is, and what is left of each node', async () => {
    const report = await ask([job('web', {}, { Count: 3 }), job('log', { Type: 'system' })], small(2, 450))
    expect(report).to.include({ fits: true, losing: undefined })
    expect(where(report)).to.deep.equal({ web: 'node-1 node-1 node-1', log: 'node-1 node-2' })
    const [first, second] = report.nodes
    expect(first).to.deep.include({ name: 'node-1', cpu: { total: 1000, used: 400, free: 600 }, allocations: 4 })
    expect(second?.memory).to.deep.equal({ total: 450, used: 100, free: 350 })
  })

  it('places by priority, and jobs of one priority in the order they come in', async () => {
    const jobs = [job('a', { Priority: 40 }), job('b', { Priority: null }), job('c', { Priority: 60 }), job('d')]
    const report = await ask(jobs, small(3))
    expect(report.jobs.map((one) => one.job)).to.deep.equal(['c', 'b', 'd', 'a'])
    expect(engine.asked[0]?.jobs.map((one) => (one as { ID: string }).ID)).to.deep.equal(['c', 'b', 'd', 'a'])
  })

  it('says by how much the best node is short, as it was when there was no place', async () => {
    const jobs = [
      job('base', { Priority: 90 }, { memory: 120 }),
      job('big', { Priority: 80 }, { memory: 200 }),
      job('late', {}, { memory: 125 }),
    ]
    const report = await ask(jobs, {
      nodes: [...small(1).nodes, ...nodes(1, { cpu: Cpu.mhz(100), memory: Memory.mebibytes(60), name: 'tiny' }).nodes],
    })
    expect(report.fits).to.equal(false)
    const [missing] = report.missing
    expect(report.missing).to.have.length(1)
    expect(missing).to.deep.include({ job: 'big', group: 'big', count: 1, wanted: 1, exhaustedBy: { memory: 2 } })
    // `late` came after it, and took from what was free then
    expect(missing?.shortages).to.deep.equal([
      {
        node: 'node-1',
        asked: { cpu: 100, memory: 200, disk: 300 },
        free: { cpu: 900, memory: 130, disk: 9700 },
        short: { cpu: 0, memory: 70, disk: 0 },
      },
      {
        node: 'tiny-1',
        asked: { cpu: 100, memory: 200, disk: 300 },
        free: { cpu: 100, memory: 60, disk: 10000 },
        short: { cpu: 0, memory: 140, disk: 0 },
      },
    ])
  })

  it('looks only at nodes that would do but for their size', async () => {
    engine.edit = (made) =>
      made.job === 'big-probe'
        ? { ...made, placements: made.placements.filter(({ nodeName }) => nodeName === 'node-2') }
        : made
    const report = await ask([job('big', {}, { memory: 300 })], small(3))
    expect(report.missing[0]?.shortages.map(({ node }) => node)).to.deep.equal(['node-2'])
    const probe = engine.asked.at(-1)?.jobs[0] as unknown as ReturnType<typeof job>
    expect(probe).to.include({ ID: 'big-probe', Type: 'system', Priority: 1 })
    expect(engine.asked.at(-1)?.options.seed).not.to.equal(engine.asked[0]?.options.seed)
  })

  it('leaves out nodes where the group is already and has to be alone', async () => {
    const alone = [{ Operand: 'distinct_hosts', RTarget: 'true' }]
    const two = { nodes: [...small(1, 200).nodes, ...nodes(1, { ...tiny, name: 'tiny' }).nodes] }
    const short = async (given: Record<string, unknown>, group: Record<string, unknown>) => {
      const report = await ask([job('a', given, { Count: 2, memory: 150, ...group })], two)
      return report.missing[0]?.shortages.map(({ node }) => node)
    }
    expect(await short({}, {})).to.deep.equal(['tiny-1', 'node-1'])
    expect(await short({ Constraints: alone }, {})).to.deep.equal(['tiny-1'])
    expect(await short({}, { Constraints: alone })).to.deep.equal(['tiny-1'])
    expect(await short({ Type: 'system' }, {})).to.deep.equal(['tiny-1'])
  })

  it('asks nobody for a size where that would not help', async () => {
    engine.edit = (made) => ({
      ...made,
      failures: made.failures.map((f) => ({ ...f, exhaustedBy: {}, filteredBy: { 'missing drivers': 3 } })),
    })
    const report = await ask([job('big', {}, { memory: 300 })], small(3))
    expect(report.missing[0]).to.deep.include({ filteredBy: { 'missing drivers': 3 }, shortages: [] })
    expect(engine.asked).to.have.length(1)
  })

  it('tells what a server would refuse', async () => {
    engine.edit = (made) => ({ ...noPlan(made.job), status: 'refused', errors: ['Missing job datacenters'] })
    const report = await ask([job('web')], small(1))
    expect(report).to.deep.include({ fits: false, missing: [] })
    expect(report.jobs[0]).to.deep.include({ job: 'web', errors: ['Missing job datacenters'], groups: [] })
  })

  it('tells what has to go, and that it has no place any more', async () => {
    engine.edit = (made, { cluster }) => {
      if (made.job !== 'vip') return made
      const [old] = cluster.allocations ?? []
      return old
        ? {
            ...made,
            failures: [],
            preempted: [
              { allocation: old.ID, name: 'web.web[0]', job: 'web', node: 'id-node-1', nodeName: '', reason: '' },
            ],
          }
        : made
    }
    const before = await running(engine, [job('web')], small(1, 120))
    const report = await ask([job('vip', { Priority: 90 }, { memory: 110, Count: 0 })], before)
    expect(report.preempted).to.deep.equal([{ name: 'web.web[0]', job: 'web', node: 'node-1', by: 'vip' }])
    expect(report.missing.map(({ job: id }) => id)).to.deep.equal(['web'])
    expect(report.fits).to.equal(false)
  })

  it('places a parameterized or periodic job only when it is asked to', async () => {
    const waiting = [
      job('batch', { Type: 'batch', ParameterizedJob: {} }),
      job('nightly', { Type: 'batch', Periodic: {} }),
    ]
    const idle = await ask(waiting, small(1))
    expect(idle.jobs.map(({ job: id, waits, groups }) => [id, waits, groups])).to.deep.equal([
      ['batch', 'parameterized', []],
      ['nightly', 'periodic', []],
    ])
    expect(idle.nodes[0]?.allocations).to.equal(0)
    const busy = await ask(waiting, small(2), { dispatched: ['batch', 'batch', 'nightly'] })
    expect(busy.jobs.map(({ job: id }) => id)).to.include.members([
      'batch/dispatch-1',
      'batch/dispatch-2',
      'nightly/periodic-1',
    ])
    expect(busy.nodes.map(({ allocations }) => allocations)).to.deep.equal([2, 1])
    expect(await refusal(ask([...waiting, job('web')], small(1), { dispatched: ['web'] }))).to.equal(
      "only a parameterized or a periodic job can be dispatched\n  given    'web'\n  allowed  'batch', 'nightly'\n" +
        '  do       name one of these; all other jobs are placed anyway',
    )
  })

  it('tells nothing of what lacked before, and has nothing to do with the question', async () => {
    const before = await running(engine, [job('web', {}, { Count: 4 })], small(2, 150))
    const report = await ask([job('new', {}, { memory: 50 })], before)
    expect(report).to.deep.include({ fits: true, missing: [] })
    expect(report.jobs.find(({ job: id }) => id === 'web')?.groups[0]).to.include({ wanted: 4, placed: 2 })
    expect((await ask([], before)).missing[0]).to.include({ job: 'web', count: 2 })
    const lost = await ask([job('new', {}, { memory: 20 })], before, { losing: ['node-1'] })
    expect(lost.losing?.worst.missing.map(({ job: id, count }) => [id, count])).to.deep.equal([['web', 1]])
  })

  it('takes the last word on a job that is looked at twice', async () => {
    const state = await State.of(small(1), engine)
    state.put((await engine.canonicalize(job('web'))) as Parameters<typeof state.put>[0])
    const { jobs: placed } = await engine.plan(state.toCluster(), [job('web')])
    const failure = { ...noPlan('web'), failures: [{ group: 'web', count: 1, filteredBy: {}, exhaustedBy: {} }] }
    const [web] = state.allJobs
    const settled = await settle(
      { jobs: [failure as unknown as (typeof placed)[number], ...placed], nodes: [] },
      state,
      engine,
      0,
    )
    expect(web && missingOf(web, state, settled)).to.deep.equal([])
  })

  it('looks again at what runs where nothing else is asked', async () => {
    const before = await running(engine, [job('web', {}, { Count: 2 })], small(2))
    engine.asked.length = 0
    const report = await ask([], before)
    expect(engine.asked[0]?.jobs).to.deep.equal(['web'])
    expect(report.jobs[0]?.groups[0]).to.deep.include({ wanted: 2, placed: 2 })
    expect(await refusal(ask([job('web')], { nodes: [] }))).to.match(/no node[\s\S]+given[\s\S]+allowed[\s\S]+do/)
  })
})

describe('losing nodes', () => {
  let engine: FirstFit
  const ask = (jobs: Parameters<typeof plan>[0], cluster: Parameters<typeof plan>[1], losing: FitOptions['losing']) =>
    plan(jobs, cluster, { engine, losing })
  beforeEach(() => (engine = new FirstFit()))

  it('asks about each, with everything placed, and about nothing else than what was on it', async () => {
    const report = await ask(
      [job('web', {}, { Count: 3 }), job('log', { Type: 'system' }, { memory: 10 })],
      small(3),
      1,
    )
    expect(report.fits).to.equal(true)
    expect(
      report.losing?.losses.map(({ nodes: lost, moved, covered, missing }) => [lost, moved, covered, missing.length]),
    ).to.deep.equal([
      [['node-1'], 2, 1, 0],
      [['node-2'], 1, 1, 0],
      [['node-3'], 0, 1, 0],
    ])
    const [placed, ...losses] = engine.asked
    expect(
      losses.map(({ cluster }) => cluster.nodes.map((node) => (node as { Status?: string }).Status)),
    ).to.deep.equal([
      ['down', 'ready', 'ready'],
      ['ready', 'down', 'ready'],
      ['ready', 'ready', 'down'],
    ])
    expect(losses.map(({ jobs }) => jobs)).to.deep.equal([['web', 'log'], ['web', 'log'], ['log']])
    for (const { cluster } of losses) expect(cluster.allocations).to.have.length(6)
    // With the seed of the first question, new allocations would get the IDs of those that are there.
    expect(losses[0]?.options.seed).not.to.equal(placed?.options.seed)
  })

  it('says what would be missing, and which node is the worst', async () => {
    const report = await ask(
      [job('web', {}, { Count: 3 }), job('log', { Type: 'system' }, { memory: 10 })],
      small(2, 230),
      1,
    )
    expect(report.fits).to.equal(false)
    expect(report.missing).to.deep.equal([])
    const worst = report.losing?.worst
    expect(worst?.nodes).to.deep.equal(['node-1'])
    expect(worst?.missing[0]).to.deep.include({ job: 'web', count: 1, wanted: 3 })
    expect(worst?.missing[0]?.shortages[0]).to.deep.include({ node: 'node-2', short: { cpu: 0, memory: 80, disk: 0 } })
  })

  it('counts what Nomad does not place again, though it says nothing of it', async () => {
    engine.edit = (made, { options }) => (options.seed === 0 ? made : { ...made, placements: [] })
    const report = await ask([job('web')], small(2), 1)
    expect(report.losing?.worst.missing[0]).to.deep.include({ job: 'web', count: 1, evaluated: 0, shortages: [] })
  })

  it('takes names for nodes that are lost together, and every way for a number', async () => {
    const named = await ask([job('web')], small(3), ['node-1', 'id-node-3'])
    expect(named.losing?.losses.map(({ nodes: lost }) => lost)).to.deep.equal([['node-1', 'node-3']])
    const two = await ask([job('web')], small(4), 2)
    expect(two.losing?.losses).to.have.length(6)
  })

  it('asks nothing of what does not even fit with all nodes', async () => {
    const report = await ask([job('web', {}, { memory: 300 })], small(2), 1)
    expect(report).to.include({ fits: false, losing: undefined })
  })

  it('refuses what can not be lost', async () => {
    expect(await refusal(ask([job('web')], small(2), 2)))
      .to.contain('losing 2 of 2 nodes')
      .and.to.contain('from 1 to 1')
    expect(await refusal(ask([job('web')], small(1), 1))).to.contain('there is no other node')
    expect(await refusal(ask([job('web')], small(2), 0.5))).to.contain('losing 0.5')
    expect(await refusal(ask([job('web')], small(40), 3))).to.contain('losing 3 of 40 nodes: 9880 ways')
    expect(await refusal(ask([job('web')], small(2), ['node-9'])))
      .to.contain("given    'node-9'")
      .and.to.contain("'node-1', 'node-2'")
    expect(await refusal(ask([job('web')], small(2), []))).to.contain('no node is named')
  })
})

/** A cluster on which the jobs run. */
async function running(engine: FirstFit, jobs: Parameters<typeof plan>[0], cluster: Parameters<typeof plan>[1]) {
  const state = await State.of(cluster, engine)
  for (const one of jobs) state.put((await engine.canonicalize(one)) as Parameters<typeof state.put>[0])
  const planned = await new FirstFit().plan(state.toCluster(), jobs)
  for (const one of planned.jobs) state.apply(one)
  return state.toCluster()
}
