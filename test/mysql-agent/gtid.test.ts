import { expect } from 'chai'
import fc from 'fast-check'
import { GtidSet } from '../../mysql-agent/gtid.js'

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562'
const B = 'f8dd8557-e68b-11f1-831f-02fc00000001'

/** Any set over few transactions, as what it means and as text in any order and overlap. */
const anySet = fc
  .array(fc.tuple(fc.constantFrom(A, B, `${A}:tag`), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 })), {
    maxLength: 8,
  })
  .map((parts) => ({
    text: parts.map(([source, first, more]) => `${source}:${first}${more === 0 ? '' : `-${first + more}`}`).join(',\n'),
    ids: new Set(
      parts.flatMap(([source, first, more]) => Array.from({ length: more + 1 }, (_, at) => `${source}/${first + at}`)),
    ),
  }))

describe('mysql-agent GtidSet', () => {
  it('reads what MySQL prints and writes it normalised', () => {
    const printed = `${B}:1-3:5,\n${A}:7:1-2:tag:4-5:3`
    expect(GtidSet.parse(printed).toString()).to.equal(`${A}:1-2:7,${A}:tag:3-5,${B}:1-3:5`)
    expect(GtidSet.parse('').isEmpty).to.equal(true)
    expect(GtidSet.parse(`${A}:1-5,${A}:6-9`).toString()).to.equal(`${A}:1-9`)
  })

  it('counts beyond what a number can', () => {
    expect(GtidSet.parse(`${A}:1-9223372036854775806`).count).to.equal(9223372036854775806n)
  })

  for (const bad of ['nonsense', A, `${A}:0`, `${A}:5-3`, `${A}:1-`, `${A}:-1`, `${A}:1;${B}:1`])
    it(`refuses '${bad}'`, () => {
      expect(() => GtidSet.parse(bad)).to.throw(/Not a GTID set[^]*given[^]*allowed[^]*do /)
    })

  it('does what sets do', () => {
    fc.assert(
      fc.property(anySet, anySet, (a, b) => {
        const [x, y] = [GtidSet.parse(a.text), GtidSet.parse(b.text)]
        const minus = [...a.ids].filter((id) => !b.ids.has(id))
        expect(x.count).to.equal(BigInt(a.ids.size))
        expect(x.minus(y).count).to.equal(BigInt(minus.length))
        expect(x.union(y).count).to.equal(BigInt(new Set([...a.ids, ...b.ids]).size))
        expect(y.contains(x)).to.equal(minus.length === 0)
        expect(x.equals(y)).to.equal(minus.length === 0 && a.ids.size === b.ids.size)
        expect(x.minus(y).union(y).contains(x)).to.equal(true)
      }),
      { numRuns: 500 },
    )
  })

  it('reads its own text back', () => {
    fc.assert(
      fc.property(anySet, ({ text }) => {
        const set = GtidSet.parse(text)
        expect(GtidSet.parse(set.toString()).toString()).to.equal(set.toString())
        expect(JSON.parse(JSON.stringify(set))).to.equal(set.toString())
      }),
    )
  })
})
