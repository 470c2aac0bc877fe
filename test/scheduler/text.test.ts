import { expect } from 'chai'
import { Cpu, Memory } from '../../nomad'
import { describeReport, type FitOptions, nodes, plan } from '../../scheduler/placement'
import { describeVerdict } from '../../scheduler/placement/text'
import { FirstFit, job, noPlan } from './support'

const cluster = (count: number, memory: number) =>
  nodes(count, { cpu: Cpu.mhz(1000), memory: Memory.mebibytes(memory) })

describe('a report, as people read it', () => {
  let engine: FirstFit
  const ask = (jobs: Parameters<typeof plan>[0], on: Parameters<typeof plan>[1], options: FitOptions = {}) =>
    plan(jobs, on, { engine, ...options })
  beforeEach(() => (engine = new FirstFit()))

  it('has a table of nodes, one of jobs, and the verdict', async () => {
    const jobs = [
      job('web', {}, { Count: 3, Name: 'site' }),
      job('log', { Type: 'system', Priority: 70 }, { memory: 10 }),
      job('batch', { Type: 'batch', ParameterizedJob: {} }),
      job('nightly', { Type: 'batch', Periodic: {} }),
    ]
    expect(describeReport(await ask(jobs, cluster(2, 310), { losing: 1 }))).to.equal(`\
node       cpu, MHz  free  memory, MB  free  allocations
node-1  400 of 1000   600  310 of 310     0            4
node-2  100 of 1000   900   10 of 310   300            1

job       type     priority  placed  where
log       system         70  2 of 2  node-1, node-2
web.site  service        50  3 of 3  node-1 (3)
batch     batch          50          waits to be dispatched
nightly   batch          50          waits for its time

losing node-1 is the worst: 3 allocations placed again, 1 system allocation covered by those on other nodes, \
least memory left on node-2: 0 MB
it fits on 2 nodes, also when any 1 node is lost`)
  })

  it('says what has no place, why, and by how much the closest node is short', async () => {
    const report = await ask([job('web', {}, { Count: 3 })], cluster(2, 130))
    expect(describeVerdict(report)).to.equal(`\
web.web: 1 of 3 has no place
  why      memory is exhausted on 2 nodes
  closest  node-1: 70 MB short (100 asked, 30 free)
it does not fit on 2 nodes`)
  })

  it('names each node that lacks room for a system job', async () => {
    const report = await ask([job('log', { Type: 'system' }, { memory: 140, cpu: 2000 })], cluster(2, 130))
    expect(describeVerdict(report)).to.equal(`\
log.log: 2 of 2 have no place
  why      memory is exhausted on 2 nodes
  closest  node-1: 10 MB short (140 asked, 130 free), 1000 MHz short (2000 asked, 1000 free)
           node-2: 10 MB short (140 asked, 130 free), 1000 MHz short (2000 asked, 1000 free)
it does not fit on 2 nodes`)
  })

  it('says what would be missing without which nodes', async () => {
    const five = [job('web', {}, { Count: 5 })]
    expect(describeVerdict(await ask(five, cluster(3, 210), { losing: 1 }))).to.equal(`\
without node-1: web.web: 1 of 5 has no place
  why      memory is exhausted on 2 nodes
  closest  node-2: 90 MB short (100 asked, 10 free)
something is missing as well without node-2; node-3
it fits on 3 nodes, but not when any 1 node is lost`)
    const four = await ask([job('web', {}, { Count: 4 })], cluster(3, 210), { losing: ['node-2', 'node-3'] })
    expect(describeVerdict(four)).to.contain('it fits on 3 nodes, but not without node-2, node-3')
    const three = await ask([job('web', {}, { Count: 3 })], cluster(3, 210), { losing: ['node-2'] })
    expect(describeVerdict(three)).to.equal(`\
losing node-2 is the worst: 1 allocation placed again, least memory left on node-1: 10 MB
it fits on 3 nodes, also without node-2`)
  })

  it('says what a constraint leaves out, and what Nomad refuses', async () => {
    engine.edit = (made) =>
      made.job === 'bad'
        ? { ...noPlan('bad'), errors: ['Missing task driver'] }
        : {
            ...made,
            failures: made.failures.map((f) => ({
              ...f,
              exhaustedBy: {},
              filteredBy: { '${attr.kernel.name} = windows': 1 },
            })),
          }
    const report = await ask([job('web', {}, { memory: 200 }), job('bad')], cluster(1, 100))
    expect(describeVerdict(report)).to.equal(`\
bad: Nomad refuses it: Missing task driver
web.web: 1 of 1 has no place
  why      '\${attr.kernel.name} = windows' leaves out 1 node
it does not fit on 1 node`)
    expect(describeReport(report)).to.match(/bad +service +50 +refused/)
  })
})
