import type { Agent } from './agent.js'
import { choose, explain, type Candidate } from './promotion.js'
import { received, type Member, type MysqlState, type Recorded } from './state.js'

export interface PromoteRequest {
  /** The instance to promote. @default the one that has most, first by name */
  readonly instance?: string
  /** Promote although acknowledged writes may be lost. @default false */
  readonly force?: boolean
}

/** How long the candidate may take to receive and apply what the fenced primary has, in seconds. */
const CATCH_UP_SECONDS = 15
const ASK_MILLISECONDS = 5000

/** A promotion that was not done; the message has the four parts. */
export class NotPromoted extends Error {
  override readonly name = 'NotPromoted'
}

const failed = (what: string, given: string, allowed: string, fix: string): NotPromoted =>
  new NotPromoted(explain({ what, given, allowed, fix }))

/**
 * Moves the primary's role, from any agent of the group. With the primary alive it is a switchover: it is fenced, the
 * candidate catches up, the others stop receiving, the record changes hands by compare-and-set. With the primary dead the
 * receivers are stopped everywhere first, and the candidate is chosen from what they have (promotion.ts).
 * @param say told of each step
 * @throws NotPromoted
 */
export async function promote(agent: Agent, ask: PromoteRequest, say: (line: string) => void): Promise<void> {
  const began = Date.now()
  const record = await agent.consul.primary()
  const members = await agent.consul.members()
  const index = record === 'none' ? 0 : record.index
  const force = ask.force === true
  if (record !== 'none' && ask.instance === record.value.instance) {
    say(`${ask.instance} is the primary already`)
    return
  }
  const step = (
    member: Member,
    name: string,
    more: object = {},
    timeout = ASK_MILLISECONDS,
  ): Promise<MysqlState | undefined> =>
    agent.peers.ask(member, name, { index, reason: `promotion by ${agent.self.instance}`, ...more }, timeout)
  const others = members.filter((member) => record === 'none' || member.instance !== record.value.instance)
  const old = record === 'none' ? undefined : members.find((member) => member.instance === record.value.instance)
  const release = async (): Promise<void> => {
    await Promise.allSettled(members.map((member) => step(member, 'release')))
  }

  try {
    const fenced = old && (await fenceOld(old, step, say))
    let seen: Candidate[]
    if (old !== undefined && fenced !== undefined) {
      // What the old primary has is final now: let everybody receive it before the receivers stop.
      const target = received(fenced).toString()
      const wanted = ask.instance
      const waiting = others.filter((member) => wanted === undefined || member.instance === wanted)
      await Promise.any(
        waiting.map((member) =>
          step(member, 'apply', { set: target, seconds: CATCH_UP_SECONDS }, (CATCH_UP_SECONDS + 3) * 1000),
        ),
      ).catch(() => undefined)
      seen = await stopReceivers(others, step, say)
      seen.push({ instance: old.instance, mysql: fenced })
    } else {
      seen = await stopReceivers(others, step, say)
      if (old !== undefined) seen.push({ instance: old.instance, mysql: undefined })
    }
    const answer = choose({
      primary: record === 'none' ? undefined : record.value,
      primaryFenced: fenced !== undefined,
      members: seen,
      wanted: ask.instance,
      force,
    })
    if ('refused' in answer) throw new NotPromoted(explain(answer.refused))
    for (const risk of answer.risks) say(`forced: ${risk}`)
    const candidate = others.find((member) => member.instance === answer.promote)
    if (candidate === undefined) throw new Error(`${answer.promote} is no member`)
    await step(
      candidate,
      'apply',
      { set: answer.mustHave.toString(), seconds: CATCH_UP_SECONDS },
      (CATCH_UP_SECONDS + 3) * 1000,
    ).catch((error: unknown) => {
      throw failed(
        `${candidate.instance} did not apply everything`,
        String(error),
        `all of it within ${CATCH_UP_SECONDS} s`,
        `look at 'mysql-agent status', then ask again`,
      )
    })
    say(`${candidate.instance} has everything`)
    await handOver(agent, candidate, record, answer.risks, began, say)
  } catch (error) {
    await release()
    throw error
  }
  await untilWritable(agent, ask, say, began)
}

type Step = (member: Member, name: string, more?: object, timeout?: number) => Promise<MysqlState | undefined>

/** @returns the state of the fenced primary, or undefined when it (or its mysqld) can't be reached */
async function fenceOld(old: Member, step: Step, say: (line: string) => void): Promise<MysqlState | undefined> {
  try {
    const state = await step(old, 'fence', {}, 15_000)
    say(state === undefined ? `mysqld of ${old.instance} is down` : `${old.instance} is read-only now`)
    if (state !== undefined && !state.superReadOnly) return undefined
    return state
  } catch (error) {
    say(`${old.instance} can't be reached (${String(error)})`)
    return undefined
  }
}

async function stopReceivers(
  members: readonly Member[],
  step: Step,
  say: (line: string) => void,
): Promise<Candidate[]> {
  return Promise.all(
    members.map(async ({ instance, ...rest }) => {
      try {
        const mysql = await step({ instance, ...rest }, 'stop-receiver')
        say(mysql === undefined ? `mysqld of ${instance} is down` : `${instance} receives nothing any more`)
        return { instance, mysql }
      } catch (error) {
        say(`${instance} can't be reached (${String(error)})`)
        return { instance, mysql: undefined }
      }
    }),
  )
}

async function handOver(
  agent: Agent,
  to: Member,
  record: Recorded | 'none',
  risks: readonly string[],
  began: number,
  say: (line: string) => void,
): Promise<void> {
  const from = record === 'none' ? undefined : record.value
  const at = new Date().toISOString()
  const reason = `promoted on request, asked at ${agent.self.instance}${from === undefined ? '' : `, after ${from.instance}`}`
  const { instance, host, port, agentPort } = to
  const value = { instance, host, port, agentPort, since: at, reason, waitCount: from?.waitCount ?? 0 }
  if (!(await agent.consul.setPrimary(value, record === 'none' ? 0 : record.index)))
    throw failed(
      'the record changed meanwhile',
      'shoal/mysql/primary has another index',
      'one promotion at a time',
      `look at 'mysql-agent status', then ask again`,
    )
  say(`${instance} is recorded as the primary`)
  await agent.consul
    .addHistory({
      at,
      event: 'promoted',
      from: from?.instance,
      to: instance,
      reason,
      forced: risks.length > 0,
      risks,
      seconds: (Date.now() - began) / 1000,
    })
    .catch(() => undefined)
}

async function untilWritable(
  agent: Agent,
  ask: PromoteRequest,
  say: (line: string) => void,
  began: number,
): Promise<void> {
  const record = await agent.consul.primary()
  if (record === 'none') return
  const { instance, host, port, agentPort } = record.value
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline) {
    const status = await agent.peers.status({ instance, host, port, agentPort }).catch(() => undefined)
    if (status?.role === 'primary') {
      say(`${instance} is writable, after ${((Date.now() - began) / 1000).toFixed(1)} s`)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new NotPromoted(
    `${instance} is recorded as the primary, but is not writable yet\n  given    ${ask.instance ?? 'no name'}\n  allowed  writable within 20 s\n  do       look at 'mysql-agent status' and at the logs of ${instance}`,
  )
}
