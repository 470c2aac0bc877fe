import { expect } from 'chai'
import { Membership } from '../../mysql-agent/membership.js'
import type { Member, Recorded } from '../../mysql-agent/state.js'
import { member, recorded, set } from './fixtures'

/** The keys in Consul; `late` holds an answer back. */
class Store {
  readonly known = new Map<string, Member>()
  late: Promise<void> = Promise.resolve()
  index = 10
  constructor(...members: Member[]) {
    for (const one of members) this.known.set(one.instance, one)
  }
  members = async () => {
    const found = [...this.known.values()]
    await this.late
    return found
  }
  join = (one: Member) => {
    this.known.set(one.instance, one)
    return Promise.resolve()
  }
  enter = (one: Member, { value, index }: Recorded) => {
    if (index !== this.index) return Promise.resolve(false)
    this.index++
    this.known.set(one.instance, { ...one, follows: value.instance })
    return Promise.resolve(true)
  }
  get own() {
    return this.known.get('n2')
  }
}

describe('mysql-agent membership', () => {
  it('makes a new instance known as one that follows nobody', async () => {
    const store = new Store(member('n1'))
    const membership = new Membership(store, member('n2'))
    expect(membership.known).to.equal(false)
    await membership.refresh(false)
    expect(store.own?.follows).to.equal('')
    expect(membership.members.map((one) => one.instance)).to.deep.equal(['n1', 'n2'])
    expect(membership.known).to.equal(true)
  })

  it('leaves what is known of an instance whose agent is new, at another address too', async () => {
    const left = set('u:1-5')
    const store = new Store({ ...member('n2'), host: '10.0.0.99', follows: 'n1', left })
    const membership = new Membership(store, member('n2'))
    await membership.refresh(false)
    expect(store.own).to.include({ follows: 'n1', left, host: '10.0.0.2' })
    expect(membership.follows).to.equal(undefined)
  })

  it('enters once for each primary, and only with the record that it knows', async () => {
    const store = new Store({ ...member('n2'), follows: 'n1', left: set('u:1-5') })
    const membership = new Membership(store, member('n2'))
    await membership.refresh(false)
    expect(await membership.enter(recorded('n1', 1, 9))).to.equal(false)
    expect(store.own?.left).to.not.equal(undefined)
    expect(await membership.enter(recorded('n1', 1, 10))).to.equal(true)
    expect(store.own?.left).to.equal(undefined)
    expect(membership.follows).to.equal('n1')
    expect(await membership.enter(recorded('n1', 1, 10))).to.equal(true)
    expect(store.index).to.equal(11)
  })

  it('says what an instance had when it was stopped', async () => {
    const store = new Store({ ...member('n2'), follows: 'n1' })
    const membership = new Membership(store, member('n2'))
    await membership.refresh(false)
    await membership.leave(set('u:1-7'))
    expect(store.own).to.include({ follows: 'n1' })
    expect(store.own?.left?.toString()).to.equal(set('u:1-7').toString())
    expect(membership.follows).to.equal(undefined)
  })

  it('knows at once that a primary follows nobody', async () => {
    const store = new Store({ ...member('n2'), follows: 'n1' })
    const membership = new Membership(store, member('n2'))
    await membership.refresh(false)
    await membership.refresh(true)
    expect(store.own?.follows).to.equal('')
  })

  it('does not let a look that is late undo what was said since', async () => {
    const store = new Store({ ...member('n2'), follows: 'n3' })
    const membership = new Membership(store, member('n2'))
    let answer: () => void = () => undefined
    store.late = new Promise((resolve) => (answer = resolve))
    const looking = membership.refresh(true)
    const entering = membership.enter(recorded('n1'))
    answer()
    await Promise.all([looking, entering])
    expect(store.own?.follows).to.equal('n1')
  })
})
