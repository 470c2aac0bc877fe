import { expect } from 'chai'
import fc from 'fast-check'
import { waitCount } from '../../mysql-agent/durability.js'
import { GtidSet } from '../../mysql-agent/gtid.js'
import { choose, explain, type Question } from '../../mysql-agent/promotion.js'
import { following, idle, set, UUID } from './fixtures'

const question = (more: Partial<Question> = {}): Question => ({
  primary: { instance: 'n1', waitCount: 1 },
  primaryFenced: false,
  members: [
    { instance: 'n1', mysql: undefined },
    { instance: 'n2', mysql: following('n1', 'u:1-5', { retrieved: set('u:6-7') }) },
    { instance: 'n3', mysql: following('n1', 'u:1-6') },
  ],
  wanted: undefined,
  force: false,
  ...more,
})

function promoted(given: Question): string {
  const answer = choose(given)
  return 'promote' in answer ? answer.promote : explain(answer.refused)
}

describe('mysql-agent choose', () => {
  it('takes the replica that has received most, applied or not', () => {
    expect(promoted(question())).to.equal('n2')
    const answer = choose(question())
    expect('promote' in answer && answer.mustHave.toString()).to.equal(`${UUID}:1-7`)
  })

  it('takes the first by name when all have the same', () => {
    const same = ['n3', 'n2'].map((instance) => ({ instance, mysql: following('n1', 'u:1-5') }))
    expect(promoted(question({ members: [{ instance: 'n1', mysql: undefined }, ...same] }))).to.equal('n2')
  })

  it('refuses one that lacks something, naming who has it, unless forced', () => {
    expect(promoted(question({ wanted: 'n3' }))).to.match(
      /n3 does not have everything[^]*n2 received[^]*do +promote n2/,
    )
    const forced = choose(question({ wanted: 'n3', force: true }))
    expect(forced).to.include({ promote: 'n3' })
    expect('risks' in forced && forced.risks.join()).to.include('lacks 1 transactions')
  })

  it('refuses when too many are out of sight, unless forced', () => {
    const members = [
      { instance: 'n1', mysql: undefined },
      { instance: 'n2', mysql: following('n1') },
      { instance: 'n3', mysql: undefined },
    ]
    expect(promoted(question({ members }))).to.match(/n3 did not answer[^]*forget[^]*--force/)
    const forced = choose(question({ members, force: true }))
    expect(forced).to.include({ promote: 'n2' })
    expect('risks' in forced && forced.risks).to.have.length(1)
  })

  it('needs nobody else when the primary is fenced, and asks for all it has', () => {
    const members = [
      { instance: 'n1', mysql: idle('u:1-9') },
      { instance: 'n2', mysql: following('n1', 'u:1-8') },
      { instance: 'n3', mysql: undefined },
    ]
    const answer = choose(question({ members, primaryFenced: true }))
    expect(answer).to.include({ promote: 'n2' })
    expect('promote' in answer && answer.mustHave.toString()).to.equal(`${UUID}:1-9`)
  })

  it('refuses an unknown name, a silent one, the primary itself, and a group with no replica', () => {
    expect(promoted(question({ wanted: 'n9' }))).to.match(/no instance 'n9'[^]*n1, n2, n3/)
    expect(promoted(question({ wanted: 'n1' }))).to.include('primary already')
    const members = [
      { instance: 'n1', mysql: undefined },
      { instance: 'n2', mysql: undefined },
    ]
    expect(promoted(question({ members, wanted: 'n2' }))).to.include('does not answer')
    expect(promoted(question({ members }))).to.include('no replica answers')
  })

  it('refuses when the primary waited for nobody', () => {
    expect(promoted(question({ primary: { instance: 'n1', waitCount: 0 } }))).to.include(
      'without waiting for a replica',
    )
  })

  describe('with a base, counts those that follow the primary', () => {
    const primary = { instance: 'n1', waitCount: 1, base: set('u:1-5').toString() }
    const dead = { instance: 'n1', mysql: undefined }
    const replica = { instance: 'n3', mysql: following('n1', 'u:1-7'), follows: 'n1' }

    it('passes by a new instance, and one that followed another primary, whatever they have or do not say', () => {
      for (const follows of ['', 'n9']) {
        expect(
          promoted(question({ primary, members: [dead, replica, { instance: 'n4', mysql: undefined, follows }] })),
        ).to.equal('n3')
        // An earlier primary has a transaction that nobody was told of.
        const earlier = { instance: 'n2', mysql: idle('u:1-5,o:1'), follows }
        expect(promoted(question({ primary, members: [dead, replica, earlier] }))).to.equal('n3')
        const stopped = { instance: 'n2', mysql: undefined, left: set('u:1-5,o:1'), follows }
        expect(promoted(question({ primary, members: [dead, replica, stopped] }))).to.equal('n3')
      }
    })

    it('refuses where one that may follow it is silent, or has more', () => {
      for (const follows of ['n1', undefined])
        expect(
          promoted(question({ primary, members: [dead, replica, { instance: 'n2', mysql: undefined, follows }] })),
        ).to.include('n2 did not answer')
      const more = { instance: 'n2', mysql: undefined, left: set('u:1-8'), follows: 'n1' }
      expect(promoted(question({ primary, members: [dead, replica, more] }))).to.include('that n2 received')
    })

    it('refuses one that has not received yet what was acknowledged before', () => {
      const late = { instance: 'n3', mysql: following('n1', 'u:1-3'), follows: 'n1' }
      expect(promoted(question({ primary, members: [dead, late] }))).to.include('lacks 2 transactions')
      // The primary before this one, say, has it all.
      const before = { instance: 'n2', mysql: idle('u:1-5,o:1'), follows: '' }
      expect(promoted(question({ primary, members: [dead, late, before] }))).to.equal('n2')
    })

    it('never promotes an empty instance', () => {
      const empty = { instance: 'n2', mysql: idle(), follows: '' }
      expect(promoted(question({ primary: { ...primary, base: '' }, members: [dead, empty] }))).to.include(
        'no replica answers',
      )
    })

    it('gives the next promotion all that may be acknowledged, and no more', () => {
      const earlier = { instance: 'n2', mysql: idle('u:1-5,o:1'), follows: '' }
      const answer = choose(question({ primary, members: [dead, replica, earlier] }))
      expect('promote' in answer && answer.base.toString()).to.equal(set('u:1-7').toString())
      const fenced = choose(
        question({ primary, primaryFenced: true, members: [{ instance: 'n1', mysql: idle('u:1-9') }, replica] }),
      )
      expect('promote' in fenced && fenced.base.toString()).to.equal(set('u:1-9').toString())
    })

    it('promotes one that is being stopped only when no other has everything', () => {
      const leaving = { instance: 'n2', mysql: following('n1', 'u:1-7'), leaving: true, follows: 'n1' }
      expect(promoted(question({ primary, members: [dead, leaving, replica] }))).to.equal('n3')
      const less = { ...replica, mysql: following('n1', 'u:1-6') }
      expect(promoted(question({ primary, members: [dead, leaving, less] }))).to.equal('n2')
    })
  })

  it('never promotes one that lacks an acknowledged write, whatever was received where and whoever is silent', function () {
    this.timeout(20_000)
    // Semi-sync delivers in order: each replica has a prefix of the primary's transactions, part of it perhaps not applied.
    const history = fc.integer({ min: 2, max: 7 }).chain((instances) =>
      fc.record({
        instances: fc.constant(instances),
        has: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: instances - 1, maxLength: instances - 1 }),
        applied: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
          minLength: instances - 1,
          maxLength: instances - 1,
        }),
        silent: fc.array(fc.boolean(), { minLength: instances - 1, maxLength: instances - 1 }),
        wanted: fc.option(fc.integer({ min: 2, max: instances }), { nil: undefined }),
        fenced: fc.boolean(),
      }),
    )
    let promotions = 0
    fc.assert(
      fc.property(history, ({ instances, has, applied, silent, wanted, fenced }) => {
        const count = waitCount(instances)
        const upTo = (last: number): GtidSet => (last < 1 ? GtidSet.EMPTY : GtidSet.parse(`${UUID}:1-${last}`))
        // A commit was acknowledged when `count` replicas had it.
        const acknowledged = upTo([...has].sort((a, b) => b - a)[count - 1] ?? 0)
        const answer = choose({
          primary: { instance: 'n1', waitCount: count },
          primaryFenced: fenced,
          members: [
            { instance: 'n1', mysql: fenced ? idle('u:1-31') : undefined },
            ...has.map((last, at) => {
              const done = Math.floor(last * applied[at]!)
              const mysql = following('n1', '', { retrieved: upTo(last).minus(upTo(done)) })
              return { instance: `n${at + 2}`, mysql: silent[at] ? undefined : { ...mysql, executed: upTo(done) } }
            }),
          ],
          wanted: wanted === undefined ? undefined : `n${wanted}`,
          force: false,
        })
        if ('refused' in answer) return
        promotions++
        expect(answer.risks).to.deep.equal([])
        // What the candidate must have applied before it may be writable contains all that anybody was told.
        expect(answer.mustHave.contains(acknowledged)).to.equal(true)
      }),
      { numRuns: 3000 },
    )
    expect(promotions).to.be.above(500)
  })
})
