import { expect } from 'chai'
import { plan } from '../../../bench/failover/plan'
import { plot } from '../../../bench/failover/report/plot'
import type { CycleRecord } from '../../../bench/failover/report/record'
import { spread } from '../../../bench/failover/report/summary'
import { table, totals } from '../../../bench/failover/report/table'

const record = (fault: string, blocked: number, more: Partial<CycleRecord> = {}): CycleRecord => ({
  cycle: 1,
  fault,
  notes: [],
  startedAt: '2026-01-01T00:00:00Z',
  seconds: 20,
  instances: 3,
  primaryBefore: 'a',
  primaryAfter: 'b',
  blocked,
  slowestConnection: blocked,
  wholeAfter: 5,
  writes: { acknowledged: 100, unknown: 1 },
  reads: { answered: 200, failed: 2, failedTwice: 1 },
  probes: { looks: 400, openPairs: 0, twoWritable: 0 },
  lost: 0,
  doubled: 0,
  invented: 0,
  failures: [],
  acknowledgedIds: '1-100',
  unknownIds: '101',
  nextId: 102,
  ...more,
})

describe('the results of a drill', () => {
  const records = [
    record('kill', 2),
    record('kill', 1),
    record('kill', 4, { lost: 1, failures: ['x'] }),
    record('cut', 8),
  ]

  it('have smallest, median and largest', () => {
    expect(spread([3, 1, 2])).to.deep.equal({ min: 1, median: 2, max: 3 })
    expect(spread([4, 1, 2, 3]).median).to.equal(2.5)
    expect(() => spread([])).to.throw('no numbers')
  })

  it('are a table with a line for each fault', () => {
    const lines = table(records, new Map([['kill', 3]])).split('\n')
    expect(lines).to.have.length(4)
    expect(lines[2]).to.equal('| kill | 3 | 1.00 | 2.00 | 4.00 | 3 | 4.00 | 5.00 | 1 | 0 | 0 | 6 | 1 |')
  })

  it('have a line over everything', () => {
    expect(totals(records)).to.match(/^4 cycles, 400 acknowledged rows, 1 lost, 0 doubled/)
  })

  it('are a plot with a dot for each cycle', () => {
    const svg = plot(records, new Map([['kill', 3]]))
    expect(svg.match(/<circle/g)).to.have.length(4)
    expect(svg).to.match(/^<svg[^]*<\/svg>\n$/)
  })
})

describe('the plan of a drill', () => {
  const faults = [{ name: 'a' }, { name: 'b' }, { name: 'c', atMost: 1 }]

  it('is the same for the same seed, and another for another', () => {
    expect(plan(faults, 20, 1)).to.deep.equal(plan(faults, 20, 1))
    expect(plan(faults, 20, 1)).to.not.deep.equal(plan(faults, 20, 2))
  })

  it('goes through all faults before one comes again, slow ones as often as they may', () => {
    const planned = plan(faults, 9, 5)
    expect(new Set(planned.slice(0, 3))).to.deep.equal(new Set(['a', 'b', 'c']))
    expect(planned.filter((name) => name === 'c')).to.have.length(1)
    expect(planned).to.have.length(9)
  })

  it('refuses what it can not fill', () => {
    expect(() => plan([{ name: 'c', atMost: 1 }], 2, 1)).to.throw("can't be filled")
  })
})
