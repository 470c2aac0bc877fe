import type { Agent } from './agent.js'
import { now } from './clock.js'
import type { Asked } from './peers.js'
import { choose, explain, type Answer, type Candidate } from './promotion.js'
import { request } from './http/request.js'
import { received, type Member, type MysqlState, type Recorded } from './state.js'
import { Busy } from './turn.js'

export interface PromoteRequest {
  /** The instance to promote. @default the one that has most, first by name */
  readonly instance?: string
  /** Promote although acknowledged writes may be lost. @default false */
  readonly force?: boolean
  /** Why nobody had to ask: a failover, or a primary that is about to stop. @default - a person asked */
  readonly automatic?: string
  /** Only while this instance leads. @default - whoever leads */
  readonly from?: string
  /** What a failover was decided from: the record's index, who answered (the others are not waited for), and whether the primary did. */
  readonly decision?: {
    readonly index: number
    readonly answering: readonly string[]
    readonly primaryAnswers: boolean
  }
}

/** How long the candidate may take to receive and apply what the fenced primary has, in seconds. */
const CATCH_UP_SECONDS = 15
/** How long after the fence of a primary that was given up, in seconds: its replicas may not be connected any more. */
const LAST_SECONDS = 2
const ASK_MILLISECONDS = 5000
/** What is thought to be lost is asked, but not waited for. */
const LOST_MILLISECONDS = 1000
/** For a look at who is there, while the primary still writes: nobody is kept waiting by it but who asked. */
const LOOK_MILLISECONDS = { automatic: 700, asked: 3000 }
/** How long a promotion that somebody waits for is tried again when another one is in its way, in seconds. */
const BUSY_SECONDS = 8

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
 * @throws NotPromoted; Busy when another promotion is under way (a failover is told so at once, others after some tries)
 */
export async function promote(agent: Agent, ask: PromoteRequest, say: (line: string) => void): Promise<void> {
  const began = now()
  const until = began + (ask.decision === undefined ? BUSY_SECONDS : 0)
  let led: string | undefined
  for (let first = true; ; first = false)
    try {
      const record = await agent.consul.primary()
      const leads = leaderOf(record)
      if (first) led = leads
      // Whoever asks for any other than the one that led has it: not one more change of hands.
      const meanwhile = ask.instance === undefined && ask.from === undefined && leads !== undefined && leads !== led
      if (meanwhile) say(`${leads} was promoted meanwhile`)
      else if (!(await once(agent, record, ask, say))) return
      // The loop of the promoted agent may be what waits here.
      if (ask.automatic === undefined || agent.looking.leaving) await untilWritable(agent, ask, say, began)
      return
    } catch (error) {
      if (!(error instanceof Busy) || now() > until) throw error
      say(`${error.message}: tries again`)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
}

const leaderOf = (record: Recorded | 'none'): string | undefined =>
  record === 'none' ? undefined : record.value.instance

/** @returns whether somebody was promoted; false where there is nothing to do */
async function once(
  agent: Agent,
  record: Recorded | 'none',
  ask: PromoteRequest,
  say: (line: string) => void,
): Promise<boolean> {
  const began = now()
  const index = record === 'none' ? 0 : record.index
  const leads = leaderOf(record)
  const { decision } = ask
  if (decision !== undefined && decision.index !== index) throw new Busy('the record has changed since')
  if (ask.instance !== undefined && ask.instance === leads) {
    say(`${ask.instance} is the primary already`)
    return false
  }
  if (ask.from !== undefined && ask.from !== leads) {
    say(`${ask.from} does not lead any more`)
    return false
  }
  // After the record: whoever begins to follow later gives it a new index.
  const listing = agent.consul.members()
  listing.catch(() => undefined)
  const turn = await agent.turns.take(index)
  try {
    const members = await listing
    await move(agent, { ask, say, began, record, members, id: turn.id })
  } finally {
    void turn.end()
  }
  return true
}

interface Move {
  readonly ask: PromoteRequest
  readonly say: (line: string) => void
  readonly began: number
  readonly record: Recorded | 'none'
  readonly members: readonly Member[]
  /** Name of this promotion: what it holds is let go by it alone. */
  readonly id: string
}

async function move(agent: Agent, plan: Move): Promise<void> {
  const { ask, say, record, members, id } = plan
  const { decision } = ask
  const index = record === 'none' ? 0 : record.index
  const leads = leaderOf(record)
  const common = { index, by: id, reason: `promotion by ${agent.self.instance}` }
  const step: Step = (member, name, more = {}, timeout = ASK_MILLISECONDS) =>
    agent.peers.ask(member, name, { ...common, ...more }, timeout)
  const others = members.filter((member) => member.instance !== leads)
  const old = members.find((member) => member.instance === leads)
  const answering =
    decision?.answering ??
    (await whoAnswers(agent, others, LOOK_MILLISECONDS[ask.automatic === undefined ? 'asked' : 'automatic']))

  try {
    const patience = ask.automatic?.startsWith('failover') === true ? LOST_MILLISECONDS : 15_000
    const fencing = old && fenceOld(old, patience, step, say)
    // One that is lost already is told, but not waited for.
    const lost = decision?.primaryAnswers === false
    if (lost) fencing?.catch(() => undefined)
    let fenced = lost ? undefined : await fencing
    if (fenced !== undefined) {
      // What the old primary has is final now: let everybody receive it before the receivers stop.
      const waiting = others.filter(
        ({ instance }) => (ask.instance ?? instance) === instance && answering.includes(instance),
      )
      const seconds = decision === undefined ? CATCH_UP_SECONDS : LAST_SECONDS
      const caught = await anyApplies(waiting, received(fenced).toString(), seconds, step)
      // What only a lost primary has was acknowledged to nobody; it is kept aside there.
      if (!caught && decision !== undefined) fenced = undefined
    }
    // Who is silent matters only where it may know more than those that answer.
    const needed = (member: Member): boolean =>
      answering.includes(member.instance) ||
      (fenced === undefined && (member.follows === undefined || member.follows === leads))
    const seen: Candidate[] = await stopReceivers(
      others.filter(needed),
      fenced === undefined ? answering : [],
      step,
      say,
    )
    for (const { instance, left, follows } of others.filter((member) => !needed(member)))
      seen.push({ instance, mysql: undefined, left, follows })
    if (old !== undefined) seen.push({ instance: old.instance, mysql: fenced })
    const answer = choose({
      primary: record === 'none' ? undefined : record.value,
      primaryFenced: fenced !== undefined,
      members: seen,
      wanted: ask.instance,
      force: ask.force === true,
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
      if (error instanceof Busy) throw error
      throw failed(
        `${candidate.instance} did not apply everything`,
        String(error),
        `all of it within ${CATCH_UP_SECONDS} s`,
        `look at 'mysql-agent status', then ask again`,
      )
    })
    say(`${candidate.instance} has everything`)
    const reason = ask.automatic ?? `promoted on request, asked at ${agent.self.instance}`
    await handOver(agent, plan, candidate, reason, answer)
    // Consul may be slow to tell them.
    for (const member of members) step(member, 'moved', {}, LOST_MILLISECONDS).catch(() => undefined)
  } catch (error) {
    await Promise.allSettled(members.map((member) => step(member, 'release', {}, LOST_MILLISECONDS)))
    throw error
  }
}

/** Waits until one of them has applied a set. @returns false when none has in time */
async function anyApplies(members: readonly Member[], set: string, seconds: number, step: Step): Promise<boolean> {
  const all = members.map((member) => step(member, 'apply', { set, seconds }, (seconds + 3) * 1000))
  try {
    await Promise.any(all)
    return true
  } catch (error) {
    const busy = error instanceof AggregateError ? error.errors.find((one) => one instanceof Busy) : undefined
    if (busy instanceof Busy) throw busy
    return false
  }
}

/** Those of the members whose agent and mysqld answer. */
async function whoAnswers(agent: Agent, members: readonly Member[], timeout: number): Promise<string[]> {
  const peers = await agent.lookAt(members, timeout)
  const there = peers.filter(({ answer }) => answer?.mysql !== undefined).map(({ member }) => member.instance)
  return [...there, agent.self.instance]
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
    if (error instanceof Busy) throw error
    say(`${old.instance} can't be reached (${String(error)})`)
    return undefined
  }
}

/** @param waitFor who is waited for: with the primary fenced its own set says what there is */
async function stopReceivers(
  members: readonly Member[],
  waitFor: readonly string[],
  step: Step,
  say: (line: string) => void,
): Promise<Candidate[]> {
  return Promise.all(
    members.map(async (member) => {
      const { instance, left, follows } = member
      const patience = waitFor.includes(instance) ? ASK_MILLISECONDS : LOST_MILLISECONDS
      try {
        const { mysql, leaving } = await step(member, 'stop-receiver', {}, patience)
        say(mysql === undefined ? `mysqld of ${instance} is down` : `${instance} receives nothing any more`)
        return { instance, mysql, leaving, follows }
      } catch (error) {
        if (error instanceof Busy) throw error
        say(left === undefined ? `${instance} can't be reached (${String(error)})` : `${instance} was stopped in order`)
        return { instance, mysql: undefined, left, follows }
      }
    }),
  )
}

async function handOver(
  agent: Agent,
  { record, began, say }: Move,
  to: Member,
  why: string,
  { base, risks }: Extract<Answer, { promote: string }>,
): Promise<void> {
  const from = record === 'none' ? undefined : record.value
  const at = new Date().toISOString()
  const reason = `${why}${from === undefined ? '' : `, after ${from.instance}`}`
  const { instance, host, port, agentPort } = to
  const count = from?.waitCount ?? 0
  const value = { instance, host, port, agentPort, since: at, reason, waitCount: count, base: base.toString() }
  if (!(await agent.consul.setPrimary(value, record === 'none' ? 0 : record.index)))
    throw new Busy('the record changed meanwhile')
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
