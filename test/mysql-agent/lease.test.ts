import { expect } from 'chai'
import fc from 'fast-check'
import { leaseTimes, mustFence, mustRelease } from '../../mysql-agent/lease.js'

const times = leaseTimes(3)
const view = { writable: true, age: 0, taken: false, confirmed: 0, instances: 3, times }

describe('mysql-agent lease', () => {
  it('fences before anybody else may take over, with time for the fence itself', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 60, noNaN: true }), (seconds) => {
        const { beat, lease, take } = leaseTimes(seconds)
        expect(beat * 2).to.be.below(lease)
        expect(take - lease).to.be.closeTo(2, 1e-9)
      }),
    )
  })

  it('lets a primary with a fresh beat alone, and fences one without', () => {
    expect(mustFence(view)).to.equal(undefined)
    expect(mustFence({ ...view, age: 3 })).to.equal(undefined)
    expect(mustFence({ ...view, age: 3.1 })).to.match(/its lease has run out/)
    expect(mustFence({ ...view, age: 30, writable: false })).to.equal(undefined)
  })

  it('fences at once when the lock is held by another', () => {
    expect(mustFence({ ...view, taken: true })).to.include('held by another')
  })

  it('without Consul stays while as many replicas as a commit waits for confirm', () => {
    expect(mustFence({ ...view, age: 99, confirmed: 1 })).to.equal(undefined)
    expect(mustFence({ ...view, age: 99, confirmed: 1, instances: 5 })).to.include('1 of the 2')
    expect(mustFence({ ...view, age: 99, confirmed: 2, instances: 5 })).to.equal(undefined)
    // Nobody else can be promoted in a group of one.
    expect(mustFence({ ...view, age: 99, instances: 1 })).to.equal(undefined)
  })

  it('gives the lock up when mysqld is dead, and when it has hung too long', () => {
    const well = { mysqldDead: false, mysqldSilentSeconds: 0, full: false, roomElsewhere: true }
    expect(mustRelease(well)).to.equal(undefined)
    expect(mustRelease({ ...well, mysqldDead: true })).to.include('dead')
    expect(mustRelease({ ...well, mysqldSilentSeconds: 2.9 })).to.equal(undefined)
    expect(mustRelease({ ...well, mysqldSilentSeconds: 3.1 })).to.include('has not answered')
  })

  it('gives the lock up when its volume is full, but only where another has room', () => {
    const full = { mysqldDead: false, mysqldSilentSeconds: 0, full: true, roomElsewhere: true }
    expect(mustRelease(full)).to.equal('its volume is full')
    expect(mustRelease({ ...full, roomElsewhere: false })).to.equal(undefined)
  })
})
