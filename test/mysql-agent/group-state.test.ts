import { expect } from 'chai'
import { forgettable, groupState, type Surplus } from '../../mysql-agent/group-state.js'
import { decide } from '../../mysql-agent/decide.js'
import { choose } from '../../mysql-agent/promotion.js'
import type { Peer } from '../../mysql-agent/state.js'
import { followersWith } from '../../mysql-agent/durability.js'
import { following, leading, member, peer, recorded, seen, set } from './fixtures'

const primary = (replicas: number, waitCount: number, source = true) =>
  seen({
    record: recorded('n1'),
    initialised: true,
    mysql: leading('u:1-9', { semiSync: { source, waitCount, replicas } }),
  })

describe('mysql-agent, the state of the group', () => {
  it('is said by the writable primary alone', () => {
    expect(groupState(primary(2, 1))?.state).to.equal('writable')
    expect(groupState(seen({ record: recorded('n2'), mysql: following('n2') }))).to.equal(undefined)
    expect(groupState(seen({ record: recorded('n1'), mysql: following('n2') }))).to.equal(undefined)
  })

  it('says why writes wait, and when they wait for too few', () => {
    expect(groupState(primary(0, 1))).to.deep.equal({
      state: 'blocked',
      reason: 'writes wait: 0 of the 1 replicas that a commit needs are attached',
    })
    expect(groupState({ ...primary(2, 1), full: true })?.reason).to.include('the volume is full')
    expect(groupState({ ...primary(1, 1), instances: 5 })?.state).to.equal('unprotected')
    expect(groupState(primary(0, 0, false))?.state).to.equal('unprotected')
    expect(groupState({ ...primary(0, 0, false), instances: 1 })?.state).to.equal('writable')
  })
})

describe('mysql-agent, too few replicas', () => {
  it('block by default, however long', () => {
    expect(decide({ ...primary(0, 1), tooFewRounds: 1000 })).to.include({ do: 'wait', settled: true })
  })

  it('are counted out after ten rounds where that is set, and counted again when they are back', () => {
    const set = { ...primary(0, 1), whenTooFew: 'continue' as const }
    expect(decide({ ...set, tooFewRounds: 9 })).to.include({ do: 'wait' })
    expect(decide({ ...set, tooFewRounds: 10 })).to.include({ do: 'setWaitCount', waitCount: 0 })
    const back = { ...primary(1, 1, false), record: recorded('n1', 0), whenTooFew: 'continue' as const }
    expect(decide({ ...back, tooFewRounds: 0 })).to.include({ do: 'lead', waitCount: 1 })
  })

  it('make a promotion refuse what the record says was not waited for', () => {
    const members = ['n2', 'n3'].map((instance) => ({ instance, mysql: following('n1') }))
    const answer = choose({
      primary: { instance: 'n1', waitCount: 0 },
      primaryFenced: false,
      members: [{ instance: 'n1', mysql: undefined }, ...members],
      wanted: undefined,
      force: false,
    })
    expect('refused' in answer && answer.refused.given).to.include('without waiting')
  })
})

describe('mysql-agent, a commit that will wait for more replicas', () => {
  it('counts those that receive from this primary and have all that it has committed', () => {
    const count = (...peers: Peer[]): number => followersWith(set('u:1-9'), member('n1'), peers)
    expect(count(peer('n2', following('n1', 'u:1-9')), peer('n3', following('n1', 'u:1-8')))).to.equal(1)
    // Received is enough: it is on its disk.
    expect(count(peer('n2', following('n1', 'u:1-8', { retrieved: set('u:9') })))).to.equal(1)
    expect(count(peer('n2', following('n1', 'u:1-9', { receiver: 'connecting' })))).to.equal(0)
    expect(count(peer('n2', following('n3', 'u:1-9')), peer('n3', leading('u:1-9')), peer('n4', 'silent'))).to.equal(0)
  })
})

describe('mysql-agent, members that are too many', () => {
  const follows = (instance: string): Surplus => ({
    instance,
    answers: true,
    follows: true,
    silentSeconds: 0,
    left: undefined,
  })
  const gone = (instance: string, more: Partial<Surplus> = {}): Surplus => ({
    ...follows(instance),
    answers: false,
    follows: false,
    silentSeconds: 30,
    left: set('u:1-5'),
    ...more,
  })
  const forget = (others: Surplus[], instances = 3): string | undefined =>
    forgettable({ instances, executed: set('u:1-9'), others })?.instance

  it('are forgotten when they were stopped in order and the primary has all that they had', () => {
    expect(forget([follows('n2'), follows('n3'), gone('n4')])).to.equal('n4')
    expect(forget([follows('n2'), follows('n3'), gone('n4', { silentSeconds: 5 })])).to.equal(undefined)
    expect(forget([follows('n2'), follows('n3'), gone('n4', { silentSeconds: 12, left: set('u:1-5,o:1') })])).to.equal(
      undefined,
    )
  })

  it('are forgotten without a word only after a while', () => {
    expect(forget([follows('n2'), follows('n3'), gone('n4', { left: undefined, silentSeconds: 12 })])).to.equal(
      undefined,
    )
    expect(forget([follows('n2'), follows('n3'), gone('n4', { left: undefined, silentSeconds: 16 })])).to.equal('n4')
  })

  it('are never forgotten while the group is not whole without them, or has the size it should have', () => {
    expect(forget([follows('n2'), gone('n3'), gone('n4')])).to.equal(undefined)
    expect(forget([follows('n2'), gone('n3')])).to.equal(undefined)
    expect(forget([follows('n2'), follows('n3'), gone('n4')], 4)).to.equal(undefined)
  })
})

describe('mysql-agent choose, instances that are stopped in order', () => {
  const question = {
    primary: { instance: 'n1', waitCount: 1 },
    primaryFenced: false,
    wanted: undefined,
    force: false,
  }
  it('know for those that were stopped, but are not promoted', () => {
    const members = [
      { instance: 'n1', mysql: undefined },
      { instance: 'n2', mysql: following('n1', 'u:1-5') },
    ]
    const stopped = (text: string) => ({ instance: 'n3', mysql: undefined, left: set(text) })
    expect(choose({ ...question, members: [...members, stopped('u:1-5')] })).to.include({ promote: 'n2' })
    const more = choose({ ...question, members: [...members, stopped('u:1-6')] })
    expect('refused' in more && more.refused.given).to.include('n3 received')
  })

  it('are passed over while they stop', () => {
    const members = [
      { instance: 'n1', mysql: undefined },
      { instance: 'n2', mysql: following('n1'), leaving: true },
      { instance: 'n3', mysql: following('n1') },
    ]
    expect(choose({ ...question, members })).to.include({ promote: 'n3' })
    expect(choose({ ...question, members, wanted: 'n2' })).to.include({ promote: 'n2' })
  })
})
