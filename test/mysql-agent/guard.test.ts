import { expect } from 'chai'
import { setImmediate } from 'node:timers/promises'
import type { Agent } from '../../mysql-agent/agent.js'
import { Guard } from '../../mysql-agent/guard.js'
import { leaseTimes } from '../../mysql-agent/lease.js'
import type { Peer } from '../../mysql-agent/state.js'
import { following, leading, member, recorded } from './fixtures'

describe('mysql-agent, the lock of a primary whose volume is full', () => {
  let room: { full: boolean }
  let peers: Peer[]
  let released: string[]
  let asked: number
  let ending: AbortController
  let guard: Guard

  const replica = (full: boolean): Peer => ({
    member: member('n2'),
    answer: { mysql: following('n1', 'u:1-9'), held: false, full },
  })

  /** An agent that leads and is well, but for its disk: what a guard asks of one. */
  const agent = () => ({
    self: member('n1'),
    record: recorded('n1'),
    initialised: true,
    instances: 3,
    held: false,
    writerSeen: true,
    members: [member('n2')],
    times: leaseTimes(3),
    counters: { secondsWithoutWriter: 0, fences: 0 },
    settings: { beatFile: '/dev/null' },
    log: { error: () => undefined, debug: () => undefined },
    looking: { room, cloning: false, mysql: leading('u:1-9'), down: { mysqldDead: false, mysqldSilentSeconds: 0 } },
    leader: {
      age: 0,
      taken: false,
      holds: true,
      beat: async () => undefined,
      release: async (reason: string) => void released.push(reason),
    },
    lookAt: async () => {
      asked++
      return peers
    },
  })

  beforeEach(() => {
    room = { full: false }
    peers = []
    released = []
    asked = 0
    ending = new AbortController()
    guard = new Guard(agent() as unknown as Agent)
  })
  afterEach(() => ending.abort())

  /** Lets the guard go on until something is so, and then keeps or releases the lock as a round does. */
  async function until(condition: () => boolean): Promise<void> {
    void guard.run(ending.signal)
    const deadline = performance.now() + 5000
    while (!condition()) {
      if (performance.now() > deadline) throw new Error('it never became so')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    // What was answered has been noted by then.
    await setImmediate()
    await guard.keep()
  }

  it('is given up when a replica that follows has room', async () => {
    room.full = true
    peers = [replica(false)]
    await until(() => asked > 0)
    expect(released).to.deep.equal(['its volume is full'])
  })

  it('stays where no replica has room, or none follows', async () => {
    room.full = true
    peers = [replica(true), { member: member('n3'), answer: { mysql: following('n2', 'u:1-9'), held: false } }]
    await until(() => asked > 0)
    expect(released).to.deep.equal([])
  })

  it('stays where there is space, and nobody is asked', async () => {
    peers = [replica(false)]
    await until(() => guard.writable)
    expect([released, asked]).to.deep.equal([[], 0])
  })
})
