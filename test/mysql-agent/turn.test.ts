import { expect } from 'chai'
import type { Turn } from '../../mysql-agent/consul.js'
import { Busy, Turns } from '../../mysql-agent/turn.js'

/** The key in Consul. */
class Store {
  index = 0
  value: Turn | undefined
  // As Consul answers them.
  turn = () => Promise.resolve(this.value && { value: this.value, index: this.index })
  takeTurn = (value: Turn, index: number) => {
    if (index !== (this.value === undefined ? 0 : this.index)) return Promise.resolve(undefined)
    this.value = value
    return Promise.resolve(++this.index)
  }
  endTurn = (index: number) => {
    if (index === this.index) this.value = undefined
    return Promise.resolve()
  }
}

const refused = (given: Promise<unknown>): Promise<unknown> =>
  given.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('mysql-agent turns', () => {
  it('go to one promotion at a time', async () => {
    const store = new Store()
    const [one, other] = [new Turns(store, 'n2', 10), new Turns(store, 'n3', 10)]
    const turn = await one.take(5)
    expect(await refused(other.take(5))).to.be.instanceOf(Busy)
    expect(await refused(one.take(5))).to.be.instanceOf(Busy)
    await turn.end()
    const next = await other.take(5)
    expect(next.id).to.match(/^n3-/)
    // The end of a turn that is over takes nothing from its successor.
    await turn.end()
    expect(store.value?.instance).to.equal('n3')
  })

  it('go to one of two that ask at the same time', async () => {
    const store = new Store()
    const both = ['n2', 'n3'].map((name) => refused(new Turns(store, name, 10).take(5)))
    expect((await Promise.all(both)).filter((error) => error instanceof Busy)).to.have.length(1)
  })

  it('are over with the record that they began with, and when they show no end', async () => {
    const store = new Store()
    await new Turns(store, 'n2', 10).take(5)
    await new Turns(store, 'n3', 10).take(6)
    expect(store.value).to.include({ instance: 'n3', record: 6 })
    const patient = new Turns(store, 'n4', 0.02)
    expect(await refused(patient.take(6))).to.be.instanceOf(Busy)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await patient.take(6)
    expect(store.value?.instance).to.equal('n4')
  })

  it('of an agent that was killed meanwhile are its own again', async () => {
    const store = new Store()
    await new Turns(store, 'n2', 10).take(5)
    await new Turns(store, 'n2', 10).take(5)
    expect(store.index).to.equal(2)
  })

  it('are free again when Consul does not answer', async () => {
    const store = new Store()
    const turns = new Turns({ ...store, turn: () => Promise.reject(new Error('no leader')) }, 'n2', 10)
    for (let i = 0; i < 2; i++) expect(String(await refused(turns.take(5)))).to.include('no leader')
  })
})
