import { expect } from 'chai'
import { decide } from '../../mysql-agent/decide.js'
import { following, idle, leading, peer, recorded, seen, set } from './fixtures'

const action = (more: Parameters<typeof seen>[0]): string => decide(seen(more)).do

describe('mysql-agent decide, without a primary', () => {
  it('lets the first by name claim an empty group', () => {
    expect(action({})).to.equal('claim')
    expect(decide(seen({ self: { instance: 'n4', host: 'x', port: 1, agentPort: 2 } }))).to.include({ do: 'wait' })
  })

  it('waits until every instance has answered', () => {
    expect(action({ peers: [peer('n2', idle())] })).to.equal('wait')
    expect(action({ peers: [peer('n2', idle()), peer('n3', 'silent')] })).to.equal('wait')
    expect(action({ peers: [peer('n2', idle()), peer('n3', undefined)] })).to.equal('wait')
    expect(action({ peers: [], instances: 1 })).to.equal('claim')
  })

  it('prefers data to names: an empty instance never claims beside one that has some', () => {
    expect(action({ peers: [peer('n2', idle('u:1')), peer('n3', idle())] })).to.equal('wait')
    expect(action({ mysql: idle('u:1-5'), peers: [peer('n2', idle('u:1-5')), peer('n3', idle('u:1-2'))] })).to.equal(
      'claim',
    )
  })

  it('leaves histories that differ to a person', () => {
    expect(action({ mysql: idle('u:1-5'), peers: [peer('n2', idle('u:1-4,o:1')), peer('n3', idle())] })).to.equal(
      'wait',
    )
  })

  it('never starts anew where a group was', () => {
    expect(action({ initialised: true })).to.equal('wait')
  })

  it('fences who is writable', () => {
    expect(action({ mysql: leading() })).to.equal('fence')
  })
})

describe('mysql-agent decide, as the recorded primary', () => {
  const record = recorded('n1')
  it('leads with semi-sync on, setting the accounts up only the first time', () => {
    expect(decide(seen({ record }))).to.include({ do: 'lead', first: true, waitCount: 1 })
    expect(decide(seen({ record, initialised: true, mysql: idle('u:1') }))).to.include({ do: 'lead', first: false })
  })

  it('is settled when it leads', () => {
    expect(decide(seen({ record, initialised: true, mysql: leading() }))).to.include({ do: 'wait', settled: true })
  })

  it('applies and forgets its source before it is writable', () => {
    expect(action({ record, initialised: true, mysql: following('n2') })).to.equal('detach')
  })

  it('does not lead with an empty volume', () => {
    expect(action({ record, initialised: true, mysql: idle() })).to.equal('wait')
    expect(action({ record, initialised: true, mysql: leading('') })).to.equal('fence')
  })

  it('switches semi-sync on again when somebody has switched it off', () => {
    const semiSync = { source: false, waitCount: 1, replicas: 0 }
    expect(action({ record, initialised: true, mysql: leading('u:1', { semiSync }) })).to.equal('lead')
  })

  it('follows the group in size', () => {
    expect(decide(seen({ record, initialised: true, mysql: leading(), instances: 5 }))).to.include({
      do: 'setWaitCount',
      waitCount: 2,
    })
    expect(decide(seen({ record, initialised: true, mysql: leading(), instances: 1 }))).to.include({
      do: 'setWaitCount',
      waitCount: 0,
    })
  })
})

describe('mysql-agent decide, as a replica', () => {
  const record = recorded('n2')
  const primary = peer('n2', leading('u:1-9'))
  it('fences itself whatever else is true', () => {
    expect(action({ record, mysql: leading(), peers: [] })).to.equal('fence')
    expect(action({ record, mysql: idle('u:1', { semiSync: { source: true, waitCount: 1, replicas: 0 } }) })).to.equal(
      'fence',
    )
    expect(action({ record, mysql: idle('u:1', { offline: true }) })).to.equal('fence')
  })

  it('clones when it is new, from a replica that keeps up if there is one', () => {
    const clone = decide(seen({ record, peers: [primary, peer('n3', following('n2'))] }))
    expect(clone).to.deep.include({
      do: 'clone',
      donor: { host: '10.0.0.3', port: 3310, instance: 'n3' },
      errant: undefined,
    })
    expect(
      decide(seen({ record, peers: [primary, peer('n3', following('n2', 'u:1', { lagSeconds: 9 }))] })),
    ).to.have.nested.property('donor.instance', 'n2')
  })

  it('follows when it has nothing that the primary lacks', () => {
    expect(action({ record, mysql: idle('u:1-5'), peers: [primary] })).to.equal('follow')
    expect(action({ record, mysql: following('n3', 'u:1-5'), peers: [primary] })).to.equal('follow')
    expect(action({ record, mysql: following('n2', 'u:1-5', { applier: false }), peers: [primary] })).to.equal('follow')
  })

  it('wakes a receiver that sleeps although the primary answers', () => {
    const mysql = following('n2', 'u:1', { receiver: 'connecting' })
    expect(action({ record, mysql, peers: [primary], connectingSeconds: 1 })).to.equal('wait')
    expect(action({ record, mysql, peers: [primary], connectingSeconds: 2 })).to.equal('reconnect')
    expect(action({ record, mysql, peers: [peer('n2', 'silent')], connectingSeconds: 2 })).to.equal('wait')
  })

  it('says that it follows before it counts as a replica', () => {
    for (const follows of ['', 'n3', undefined])
      for (const receiver of ['on', 'connecting'] as const) {
        const mysql = following('n2', 'u:1', { receiver })
        expect(action({ record, mysql, peers: [primary], follows })).to.equal('enter')
      }
    expect(
      action({ record, mysql: following('n2', 'u:1', { receiver: 'off' }), peers: [primary], follows: '' }),
    ).to.equal('follow')
  })

  it('is settled while it follows, and leaves a connection that is being made alone', () => {
    expect(decide(seen({ record, mysql: following('n2'), peers: [primary] }))).to.include({ do: 'wait', settled: true })
    expect(
      decide(seen({ record, mysql: following('n2', 'u:1', { receiver: 'connecting' }), peers: [primary] })),
    ).to.include({
      do: 'wait',
      settled: false,
    })
  })

  it('keeps aside what the primary lacks, once that has lasted, and clones', () => {
    const mysql = idle('u:1-9,o:1-2')
    expect(action({ record, mysql, peers: [primary], divergedRounds: 1 })).to.equal('wait')
    const clone = decide(seen({ record, mysql, peers: [primary], divergedRounds: 3 }))
    expect(clone.do === 'clone' && clone.errant?.toString()).to.equal(set('o:1-2').toString())
  })

  it('clones when the primary has purged what is missing here', () => {
    const purged = peer('n2', leading('u:1-9', { purged: set('u:1-7') }))
    expect(action({ record, mysql: idle('u:1-5'), peers: [purged] })).to.equal('clone')
    expect(action({ record, mysql: idle('u:1-8'), peers: [purged] })).to.equal('follow')
  })

  it('waits for a primary that is not there or not writable yet', () => {
    expect(action({ record, mysql: idle('u:1'), peers: [peer('n2', 'silent')] })).to.equal('wait')
    expect(action({ record, mysql: idle('u:1-2'), peers: [peer('n2', idle('u:1'))], divergedRounds: 9 })).to.equal(
      'wait',
    )
    expect(action({ record, mysql: idle(''), peers: [peer('n2', idle('u:1'))] })).to.equal('wait')
  })

  it('attaches to a primary that is not writable yet: its first commit needs somebody', () => {
    expect(action({ record, mysql: idle('u:1'), peers: [peer('n2', idle('u:1'))] })).to.equal('follow')
    const applying = peer('n2', following('n3', 'u:1-5', { retrieved: set('u:6-9') }))
    expect(action({ record, mysql: idle('u:1-9'), peers: [applying] })).to.equal('follow')
  })
})

describe('mysql-agent decide, the lease', () => {
  const record = recorded('n1')
  it('leads only with the lock', () => {
    const lease = { held: false, fence: undefined }
    expect(action({ record, initialised: true, mysql: idle('u:1'), lease })).to.equal('wait')
    expect(action({ record, initialised: true, mysql: leading(), lease })).to.equal('wait')
  })

  it('fences as soon as the lease says so, with or without Consul', () => {
    const lease = { held: false, fence: 'no beat' }
    for (const given of [record, 'unknown', 'none'] as const)
      expect(action({ record: given, initialised: true, mysql: leading(), lease })).to.equal('fence')
  })

  it('does not lead again while it is being stopped', () => {
    expect(action({ record, initialised: true, mysql: idle('u:1'), leaving: true })).to.equal('wait')
  })
})

describe('mysql-agent decide, on hold', () => {
  const hold = { reason: 'promotion', index: 10, expired: false }
  it('does nothing by itself until the record moves on', () => {
    expect(action({ record: recorded('n1'), initialised: true, mysql: idle('u:1'), hold })).to.equal('wait')
    expect(action({ record: recorded('n1', 1, 11), initialised: true, mysql: idle('u:1'), hold })).to.equal('lead')
  })

  it('obeys a hold for a record that it has not heard of yet', () => {
    const behind = { record: recorded('n2', 1, 9), mysql: idle('u:1'), peers: [peer('n2', leading('u:1'))] }
    expect(action({ ...behind, hold })).to.equal('wait')
    expect(action({ ...behind, hold: { ...hold, expired: true } })).to.equal('wait')
  })

  it('renews the record before it leads again, so that an abandoned promotion cannot go on', () => {
    const expired = { ...hold, expired: true }
    expect(action({ record: recorded('n1'), initialised: true, mysql: idle('u:1'), hold: expired })).to.equal('renew')
  })

  it('renews the record before a replica follows again: that promotion still counts on its stopped receiver', () => {
    const held = { record: recorded('n2'), mysql: idle('u:1-9'), peers: [peer('n2', leading('u:1-9'))] }
    expect(action({ ...held, hold: { ...hold, expired: true } })).to.equal('renew')
    expect(action({ ...held, record: recorded('n2', 1, 11), hold: { ...hold, expired: true } })).to.equal('follow')
  })

  it('changes nothing without Consul', () => {
    expect(action({ record: 'unknown', mysql: leading() })).to.equal('wait')
    expect(action({ record: 'unknown', mysql: idle('u:1') })).to.equal('wait')
  })
})
