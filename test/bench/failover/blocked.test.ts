import { expect } from 'chai'
import { type Attempt, longestBlocked, slowestConnection } from '../../../bench/failover/judge/blocked'

const ok = (start: number, end: number, from = 'w'): Attempt => ({ from, start, end, ok: true })
const failed = (start: number, end: number, from = 'w'): Attempt => ({ from, start, end, ok: false })

describe('the time without a writer', () => {
  it('goes from the first attempt that failed to the next acknowledgement', () => {
    const attempts = [ok(0, 5), ok(10, 15), failed(20, 120), failed(130, 230), ok(240, 250), ok(260, 265)]
    expect(longestBlocked(attempts, 0, 300)).to.deep.equal({ from: 20, to: 250, milliseconds: 230, ended: true })
  })

  it('is as long as one write while all goes well', () => {
    expect(longestBlocked([ok(0, 5), ok(10, 17), ok(20, 24)], 0, 24)?.milliseconds).to.equal(7)
  })

  it('does not begin before the last acknowledgement of another connection', () => {
    const attempts = [failed(10, 500, 'a'), ok(20, 30, 'b'), ok(400, 410, 'b')]
    expect(longestBlocked(attempts, 0, 410)).to.include({ from: 30, to: 410 })
  })

  it('has not ended when nothing is acknowledged any more', () => {
    expect(longestBlocked([ok(0, 5), failed(10, 110)], 0, 400)).to.deep.equal({
      from: 10,
      to: 400,
      milliseconds: 390,
      ended: false,
    })
  })

  it('leaves out what was over before the fault', () => {
    const attempts = [ok(0, 1), failed(2, 80), ok(90, 100), ok(110, 112), failed(120, 130), ok(140, 150)]
    expect(longestBlocked(attempts, 111, 150)).to.include({ from: 120, to: 150 })
  })

  it('is undefined without attempts', () => {
    expect(longestBlocked([], 0, 100)).to.equal(undefined)
  })

  it('is longer for a connection that stays behind', () => {
    const attempts = [ok(0, 5, 'a'), ok(0, 5, 'b'), failed(10, 90, 'b'), ok(50, 55, 'a'), ok(95, 200, 'b')]
    expect(longestBlocked(attempts, 0, 200)?.milliseconds).to.equal(145)
    expect(slowestConnection(attempts, 0, 200)?.milliseconds).to.equal(190)
  })
})
