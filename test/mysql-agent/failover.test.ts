import { expect } from 'chai'
import {
  failover,
  HANDS_OVER,
  suspect,
  type FailoverView,
  type LockSeen,
  type Suspicion,
} from '../../mysql-agent/failover.js'
import { leaseTimes } from '../../mysql-agent/lease.js'
import type { Peer } from '../../mysql-agent/state.js'
import { following, idle, member, peer, recorded } from './fixtures'

const alive: LockSeen = {
  instance: 'n1',
  held: true,
  released: undefined,
  silentSeconds: 0.5,
  beatSeconds: 0.5,
  everAlive: true,
}
const view = (more: Partial<FailoverView> = {}): FailoverView => ({
  self: member('n2'),
  record: recorded('n1'),
  initialised: true,
  instances: 3,
  mysql: following('n1'),
  held: false,
  leaving: false,
  lock: alive,
  leadsSeconds: 1000,
  upSeconds: 1000,
  lostSeconds: 0,
  primaryAnswers: false,
  primaryWorks: false,
  refusedSeconds: Infinity,
  times: leaseTimes(3),
  ...more,
})
const reason = (more: Partial<FailoverView>): string | undefined => suspect(view(more))?.reason
const lost = (instance: string, lostSeconds: number): Peer => ({
  member: member(instance),
  answer: { mysql: following('n1', 'u:1-9', { receiver: 'connecting' }), held: false, lostSeconds },
})

describe('mysql-agent suspect', () => {
  it('leaves a primary that beats alone', () => {
    expect(reason({})).to.equal(undefined)
    expect(reason({ lock: { ...alive, silentSeconds: 4.4 } })).to.equal(undefined)
  })

  it('acts at once on a lock that was given up, later on one that was lost or is silent', () => {
    expect(reason({ lock: { ...alive, held: false, released: 'its mysqld is dead', silentSeconds: 0 } })).to.include(
      'dead',
    )
    expect(reason({ lock: { ...alive, held: false, silentSeconds: 1 } })).to.equal(undefined)
    expect(reason({ lock: { ...alive, held: false, silentSeconds: 1.6 } })).to.include('lost the lock')
    // Consul took it from one that had not beaten for a while.
    expect(reason({ lock: { ...alive, held: false, silentSeconds: 0, beatSeconds: 2.4 } })).to.equal(undefined)
    expect(reason({ lock: { ...alive, held: false, silentSeconds: 0, beatSeconds: 2.6 } })).to.include('lost the lock')
    expect(reason({ lock: { ...alive, silentSeconds: 5.1 } })).to.include('does not renew')
  })

  it('calls a primary cut off only when its agent does not answer either', () => {
    expect(reason({ lostSeconds: 5 })).to.include('no replica reaches')
    expect(reason({ lostSeconds: 5, primaryAnswers: true })).to.equal(undefined)
  })

  it('has patience with a primary that works while Consul hears nothing of it', () => {
    for (const held of [true, false]) {
      const lock = { ...alive, held, silentSeconds: 8, beatSeconds: 8 }
      expect(reason({ lock })).to.include('lock')
      expect(reason({ lock, primaryWorks: true })).to.equal(undefined)
      expect(reason({ lock: { ...lock, beatSeconds: 16 }, primaryWorks: true })).to.include('lock')
    }
    const released = { ...alive, held: false, released: 'its mysqld hangs', silentSeconds: 0 }
    expect(reason({ lock: released, primaryWorks: true })).to.include('hangs')
  })

  it('leaves the one that was just promoted time to take the lock', () => {
    for (const lock of [
      { ...alive, instance: 'n3', held: false, released: 'its mysqld is dead' },
      { ...alive, instance: 'n3', silentSeconds: 8, beatSeconds: 8 },
    ]) {
      expect(reason({ lock, leadsSeconds: 1 })).to.equal(undefined)
      expect(reason({ lock, leadsSeconds: 7 })).to.include('n1')
    }
  })

  it('lets a handing over end', () => {
    const lock = { ...alive, held: false, released: HANDS_OVER }
    expect(reason({ lock: { ...lock, silentSeconds: 1 } })).to.equal(undefined)
    expect(reason({ lock: { ...lock, silentSeconds: 7 } })).to.include(HANDS_OVER)
  })

  it('waits for the recorded primary after all were down', () => {
    const lock = { ...alive, held: false, everAlive: false, silentSeconds: 15 }
    expect(reason({ lock, upSeconds: 15 })).to.equal(undefined)
    expect(reason({ lock, upSeconds: 21 })).to.include('lost the lock')
  })

  it('is nothing for the primary, a new instance, one on hold or being stopped, or without Consul', () => {
    const lock = { ...alive, silentSeconds: 60 }
    for (const more of [
      { record: recorded('n2') },
      { record: 'none' },
      { record: 'unknown' },
      { initialised: false },
      { mysql: undefined },
      { mysql: idle() },
      { held: true },
      { leaving: true },
      { refusedSeconds: 1 },
    ] as const)
      expect(reason({ lock, ...more })).to.equal(undefined)
  })
})

describe('mysql-agent failover', () => {
  const dead: Suspicion & { forSeconds: number } = { why: 'lock', reason: 'dead', forSeconds: 0 }
  it('is begun by one at a time, first by name', () => {
    const go = (self: string, others: Peer[], forSeconds = 0): boolean =>
      failover(view({ self: member(self) }), { ...dead, forSeconds }, others).go
    expect(go('n2', [peer('n3', following('n1'))])).to.equal(true)
    expect(go('n3', [peer('n2', following('n1'))])).to.equal(false)
    expect(go('n3', [peer('n2', following('n1'))], 1)).to.equal(true)
    expect(go('n3', [peer('n2', 'silent')])).to.equal(true)
    expect(go('n3', [peer('n2', undefined)])).to.equal(true)
    // A new instance never begins.
    expect(go('n3', [peer('n2', idle())])).to.equal(true)
  })

  it('takes the lock from a primary that is alive only when too few can follow it', () => {
    const cut: Suspicion & { forSeconds: number } = { why: 'cut', reason: 'no replica reaches n1', forSeconds: 9 }
    const go = (others: Peer[], waitCount = 1): boolean =>
      failover(view({ record: recorded('n1', waitCount) }), cut, others).go
    expect(go([peer('n3', following('n1'))])).to.equal(false)
    expect(go([peer('n3', 'silent')])).to.equal(false)
    expect(go([lost('n3', 1)])).to.equal(false)
    expect(go([lost('n3', 5)])).to.equal(true)
    const four = [lost('n3', 5), lost('n4', 5), peer('n5', following('n1'))]
    expect(go(four, 2)).to.equal(true)
    expect(go(four, 1)).to.equal(false)
  })
})
