import { expect } from 'chai'
import { Cpu, Memory } from '../../nomad'
import { howManyMore, type HowManyMoreOptions, nodes, PlannerError } from '../../scheduler/placement'
import { FirstFit, job } from './support'

const cluster = nodes(3, { cpu: Cpu.mhz(10_000), memory: Memory.mebibytes(1000) })
const jobs = [job('web', {}, { Count: 3 }), job('log', { Type: 'system', Priority: 70 }, { memory: 50 })]

describe('how many more', () => {
  let engine: FirstFit
  const ask = (options: HowManyMoreOptions, given = jobs) => howManyMore(given, cluster, { engine, ...options })
  beforeEach(() => (engine = new FirstFit()))

  it('counts what fits beside everything else', async () => {
    // 9 of 100 MB beside 50 MB on each of 3 nodes; 3 are there
    expect(await ask({ job: 'web', group: 'web' })).to.equal(24)
    expect(engine.asked.length).to.be.below(30)
    expect(await ask({ job: 'web' })).to.equal(24)
  })

  it('counts what also fits when nodes are lost', async () => {
    expect(await ask({ job: 'web', losing: 1 })).to.equal(15)
  })

  it('stops where it is told, and says so where nothing fits to begin with', async () => {
    expect(await ask({ job: 'web', most: 5 })).to.equal(5)
    expect(await ask({ job: 'web', most: 0 })).to.equal(0)
    expect(await ask({ job: 'web' }, [...jobs, job('huge', {}, { memory: 2000 })])).to.equal(-1)
  })

  it('is refused for what has no count', async () => {
    const refused = async (options: HowManyMoreOptions, given = jobs) => {
      const error = await ask(options, given).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(PlannerError)
      return (error as PlannerError).message
    }
    expect(await refused({ job: 'log' }))
      .to.contain('a system job')
      .and.to.contain("allowed  'web'")
    const waiting = job('batch', { Type: 'batch', ParameterizedJob: {} })
    expect(await refused({ job: 'batch' }, [...jobs, waiting]))
      .to.contain('waits')
      .and.to.contain("allowed  'web'\n")
    expect(await refused({ job: 'wbe' }))
      .to.contain('there is no such job')
      .and.to.contain("given    'wbe'")
    expect(await refused({ job: 'web', group: 'x' })).to.contain("given    'web', group 'x'\n  allowed  'web'")
    const [web] = jobs
    const two = { ...web, TaskGroups: [{ Name: 'a' }, { Name: 'b' }] } as (typeof jobs)[number]
    expect(await refused({ job: 'web' }, [two]))
      .to.contain('which of its groups is meant?')
      .and.to.contain("'a', 'b'")
  })
})
