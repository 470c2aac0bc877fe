import { expect } from 'chai'
import { findTwoWritable, type Sighting } from '../../../bench/failover/judge/writable'

const commit = (start: number, end: number): Sighting => ({ saw: 'commit', start, end })
const closed = (at: number): Sighting => ({ saw: 'closed', at })
const judge = (a: Sighting[], b: Sighting[]) =>
  findTwoWritable(
    new Map([
      ['a', a],
      ['b', b],
    ]),
  )

describe('two writable instances that could commit', () => {
  it('are found when their commits take turns', () => {
    expect(judge([commit(0, 5), commit(50, 55)], [commit(20, 25)])).to.deep.equal([
      { instance: 'a', other: 'b', from: 20, to: 25 },
    ])
  })

  it('are not a handover there and back, which closes each before the other opens', () => {
    expect(judge([commit(0, 5), closed(10), commit(50, 55)], [closed(1), commit(20, 25), closed(30)])).to.deep.equal([])
  })

  it('are not a commit that was frozen with its instance and is answered late', () => {
    expect(judge([commit(0, 5), commit(8, 900)], [commit(200, 205), commit(300, 305)])).to.deep.equal([])
  })

  it('are found when a frozen primary goes on where it was', () => {
    const a = [commit(0, 5), commit(8, 900), commit(910, 915)]
    expect(judge(a, [commit(200, 205), commit(903, 906)])).to.have.length(1)
  })

  it('are found when an old primary opens again under a new one', () => {
    const a = [commit(0, 5), closed(10), commit(300, 305)]
    expect(judge(a, [closed(0), commit(200, 205), commit(320, 325)])).to.have.length(1)
  })
})
