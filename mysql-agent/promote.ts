import type { Agent } from './agent.js'
import { now } from './clock.js'
import type { Asked } from './peers.js'
import { choose, explain, type Candidate } from './promotion.js'
import { request } from './http/request.js'
import { received, type Member, type MysqlState, type Recorded } from './state.js'

export interface PromoteRequest {
  /** The instance to promote. @default the one that has most, first by name */
  readonly instance?: string
  /** Promote although acknowledged writes may be lost. @default false */
  readonly force?: boolean
  /** Why nobody had to ask: a failover, or a primary that is about to stop. @default - a person asked */
  readonly automatic?: string
  /** What a failover was decided from: the record's index, and who answered; the others are not waited for. */
  readonly decision?: { readonly index: number; readonly answering: readonly string[] }
}

/** How long the candidate may take to receive and apply what the fenced primary has, in seconds. */
const CATCH_UP_SECONDS = 15
const ASK_MILLISECONDS = 5000
/** A primary that is thought to be lost is asked to fence itself, but not waited for. */
const LOST_MILLISECONDS = 1000

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
  const began = now()
  const [record, members] = await Promise.all([agent.consul.primary(), agent.consul.members()])
  const index = record === 'none' ? 0 : record.index
  const { decision } = ask
  if (decision !== undefined && decision.index !== index)
    throw failed(
      'the record has changed since',
      `index ${index}`,
      `index ${decision.index}`,
      'nothing: another promotion was first',
    )
  const force = ask.force === true
  if (record !== 'none' && ask.instance === record.value.instance) {
    say(`${ask.instance} is the primary already`)
    return
  }
  const step = (member: Member, name: string, more: object = {}, timeout = ASK_MILLISECONDS): Promise<Asked> =>
    agent.peers.ask(member, name, { index, reason: `promotion by ${agent.self.instance}`, ...more }, timeout)
  const others = members.filter((member) => record === 'none' || member.instance !== record.value.instance)
  const old = record === 'none' ? undefined : members.find((member) => member.instance === record.value.instance)
  const release = async (): Promise<void> => {
    await Promise.allSettled(members.map((member) => step(member, 'release')))
  }

  try {
    const patience = ask.automatic?.startsWith('failover') === true ? LOST_MILLISECONDS : 15_000
    const fenced = old && (await fenceOld(old, patience, step, say))
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
      seen = await stopReceivers(others, decision?.answering, step, say)
      seen.push({ instance: old.instance, mysql: fenced })
    } else {
      seen = await stopReceivers(others, decision?.answering, step, say)
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
    const reason = ask.automatic ?? `promoted on request, asked at ${agent.self.instance}`
    await handOver(agent, candidate, record, reason, answer.risks, began, say)
  } catch (error) {
    await release()
    throw error
  }
  // The loop of the promoted agent may be what waits here.
  if (ask.automatic === undefined || agent.leaving) await untilWritable(agent, ask, say, began)
}

type Step = (member: Member, name: string, more?: object, timeout?: number) => Promise<Asked>

/** @returns the state of the fenced primary, or undefined when it (or its mysqld) can't be reached */
async function fenceOld(
  old: Member,
  patience: number,
  step: Step,
  say: (line: string) => void,
): Promise<MysqlState | undefined> {
  try {
    const state = (await step(old, 'fence', {}, patience)).mysql
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
  answering: readonly string[] | undefined,
  step: Step,
  say: (line: string) => void,
): Promise<Candidate[]> {
  return Promise.all(
    members.map(async ({ instance, left, ...rest }) => {
      const patience = answering?.includes(instance) === false ? LOST_MILLISECONDS : ASK_MILLISECONDS
      try {
        const { mysql, leaving } = await step({ instance, ...rest }, 'stop-receiver', {}, patience)
        say(mysql === undefined ? `mysqld of ${instance} is down` : `${instance} receives nothing any more`)
        return { instance, mysql, leaving }
      } catch (error) {
        say(left === undefined ? `${instance} can't be reached (${String(error)})` : `${instance} was stopped in order`)
        return { instance, mysql: undefined, left }
      }
    }),
  )
}

async function handOver(
  agent: Agent,
  to: Member,
  record: Recorded | 'none',
  why: string,
  risks: readonly string[],
  began: number,
  say: (line: string) => void,
): Promise<void> {
  const from = record === 'none' ? undefined : record.value
  const at = new Date().toISOString()
  const reason = `${why}${from === undefined ? '' : `, after ${from.instance}`}`
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
  void agent.consul
    .addHistory({
      at,
      event: 'promoted',
      from: from?.instance,
      to: instance,
      reason,
      forced: risks.length > 0,
      risks,
      seconds: Math.round((now() - began) * 1000) / 1000,
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
  const { instance, host, agentPort } = record.value
  const deadline = now() + 20
  while (now() < deadline) {
    const reply = await request(`http://${host}:${agentPort}/primary`, { timeout: 1000 }).catch(() => undefined)
    if (reply?.status === 200) {
      say(`${instance} is writable, after ${(now() - began).toFixed(2)} s`)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new NotPromoted(
    `${instance} is recorded as the primary, but is not writable yet\n  given    ${ask.instance ?? 'no name'}\n  allowed  writable within 20 s\n  do       look at 'mysql-agent status' and at the logs of ${instance}`,
  )
}
