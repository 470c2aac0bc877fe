import { createHmac, timingSafeEqual } from 'node:crypto'
import { request } from './http/request.js'
import { fromWire, type WireState } from './mysqld/look.js'
import type { Member, MysqlState, Peer } from './state.js'
import { Busy } from './turn.js'

/** What an agent answers to `/status`. */
export interface Status {
  readonly instance: string
  readonly role: 'primary' | 'replica' | 'none'
  readonly doing: string
  readonly held: boolean
  readonly leaving: boolean
  readonly lostSeconds: number
  /** Its volume is full. @default false - an agent of an older version doesn't say */
  readonly full?: boolean
  readonly mysql?: WireState | undefined
  readonly [more: string]: unknown
}

/** What an agent answers to a step of a promotion. */
export interface Asked {
  readonly mysql: MysqlState | undefined
  /** It is being stopped, or its volume is full: only if no other has everything is it promoted. */
  readonly leaving: boolean
}

/** The secret that agents show each other; it follows from agent_password, which all of them have and nobody else. */
export function groupToken(agentPassword: string): string {
  return createHmac('sha256', agentPassword).update('shoal mysql-agent control 1').digest('hex')
}

/** True when a request's `authorization` header shows the group's secret. */
export function authorised(header: string | undefined, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`)
  const given = Buffer.from(header ?? '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** How an agent talks to the agents of the other instances. */
export class Peers {
  constructor(private readonly token: string) {}

  async status(member: Member, timeout = 2000, signal?: AbortSignal): Promise<Status> {
    const reply = await request(`http://${member.host}:${member.agentPort}/status`, { timeout, signal })
    return JSON.parse(reply.body) as Status
  }

  /** What the other one is like now; an agent that doesn't answer is an answer too. */
  async look(member: Member, timeout = 2000, signal?: AbortSignal): Promise<Peer> {
    try {
      const status = await this.status(member, timeout, signal)
      const { held, leaving, lostSeconds, full = false } = status
      return { member, answer: { mysql: status.mysql && fromWire(status.mysql), held, leaving, lostSeconds, full } }
    } catch {
      return { member, answer: undefined }
    }
  }

  /**
   * Asks another agent to do a step of a promotion.
   * @returns its state afterwards; `mysql` is undefined when its mysqld is down
   * @throws Busy when another promotion is under way there; Error when the agent doesn't answer or can't do it
   */
  async ask(member: Member, step: string, body: unknown, timeout: number): Promise<Asked> {
    const reply = await request(`http://${member.host}:${member.agentPort}/control/${step}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeout,
    })
    if (reply.status === 409) throw new Busy(`${member.instance}: ${reply.body.trim()}`)
    if (reply.status !== 200)
      throw new Error(`${member.instance} answered ${reply.status} to '${step}': ${reply.body.trim()}`)
    const status = JSON.parse(reply.body) as Status
    return { mysql: status.mysql && fromWire(status.mysql), leaving: status.leaving || status.full === true }
  }
}
