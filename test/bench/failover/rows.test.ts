import { expect } from 'chai'
import fc from 'fast-check'
import { countRows, judgeRows } from '../../../bench/failover/judge/rows'

const rows = (...ids: number[]) => {
  const found = new Map<number, number>()
  for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1)
  return found
}
const set = (...ids: number[]) => new Set(ids)

describe('the check of the rows', () => {
  it('is content with every acknowledged row exactly once, and unknown ones everywhere or nowhere', () => {
    const found = judgeRows(
      { acknowledged: set(1, 2), unknown: set(3, 4) },
      new Map([
        ['a', rows(1, 2, 3)],
        ['b', rows(1, 2, 3)],
      ]),
    )
    expect(found).to.deep.equal({ lost: [], doubled: [], invented: [], differing: [], unknownThere: 1 })
  })

  it('names what is lost, doubled, invented or differs, and where', () => {
    const found = judgeRows(
      { acknowledged: set(1, 2), unknown: set(3) },
      new Map([
        ['a', rows(1, 2, 2, 3)],
        ['b', rows(1, 9)],
      ]),
    )
    expect(found.lost).to.deep.equal([{ instance: 'b', ids: [2] }])
    expect(found.doubled).to.deep.equal([{ instance: 'a', ids: [2] }])
    expect(found.invented).to.deep.equal([{ instance: 'b', ids: [9] }])
    expect(found.differing).to.deep.equal([3])
    expect(countRows(found)).to.deep.equal({ lost: 1, doubled: 1, invented: 1 })
  })

  it('finds whatever is taken away or added', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 2 })
    fc.assert(
      fc.property(ids, fc.nat(), (all, pick) => {
        const victim = all[pick % all.length] ?? 0
        const expected = { acknowledged: set(...all), unknown: set() }
        const less = judgeRows(expected, new Map([['a', rows(...all.filter((id) => id !== victim))]]))
        const more = judgeRows(expected, new Map([['a', rows(...all, victim)]]))
        return less.lost[0]?.ids[0] === victim && more.doubled[0]?.ids[0] === victim
      }),
    )
  })
})
