import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Agent } from '../../mysql-agent/agent.js'
import { promote } from '../../mysql-agent/promote.js'
import type { Recorded } from '../../mysql-agent/state.js'
import { Busy } from '../../mysql-agent/turn.js'
import { recorded } from './fixtures'

describe('mysql-agent, a person’s promotion while another one is under way', () => {
  let writable: Server
  let successor: Recorded
  before(async () => {
    writable = createServer((_request, reply) => reply.writeHead(200).end())
    await new Promise<void>((done) => writable.listen(0, '127.0.0.1', done))
    const { port } = writable.address() as AddressInfo
    const { value } = recorded('n2')
    successor = { value: { ...value, host: '127.0.0.1', agentPort: port }, index: 11 }
  })
  after(() => writable.close())

  /** Somebody else has the turn, and has promoted n2 when its end is asked for the second time. */
  function agent(): { readonly agent: Agent; turns: number } {
    const asked = { turns: 0 }
    const stub = {
      self: { instance: 'n3' },
      looking: { leaving: false },
      consul: {
        primary: () => Promise.resolve(asked.turns === 0 ? recorded('n1') : successor),
        members: () => Promise.resolve([]),
      },
      turns: {
        take: () => {
          asked.turns++
          return Promise.reject(asked.turns < 3 ? new Busy('a promotion is under way: n2-1-1') : new Error('its turn'))
        },
      },
    }
    return Object.assign(asked, { agent: stub as unknown as Agent })
  }

  it('is content with whom that promoted, and waits until it is writable', async () => {
    const asked = agent()
    const said: string[] = []
    await promote(asked.agent, {}, (line) => said.push(line))
    expect(asked.turns).to.equal(1)
    expect(said[0]).to.match(/under way.*tries again/)
    expect(said[1]).to.equal('n2 was promoted meanwhile')
    expect(said[2]).to.match(/^n2 is writable, after/)
  })

  it('goes on where it names another one', async () => {
    const asked = agent()
    const failure = promote(asked.agent, { instance: 'n3' }, () => undefined).catch((error: Error) => error.message)
    expect(await failure).to.equal('its turn')
  })
})
