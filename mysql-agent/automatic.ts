import type { Agent } from './agent.js'
import { now } from './clock.js'
import { failover, suspect, type FailoverView } from './failover.js'
import { stopReceiver } from './mysqld/roles.js'
import { NotPromoted, promote } from './promote.js'
import { received, type Member, type Observation } from './state.js'
import { Busy } from './turn.js'

const LOOK_TIMEOUT = 700
/** Consul's servers may be choosing a leader: better to ask again than to wait for one that is gone. */
const MEMBERS_TIMEOUT = 1000
const AGAIN = 200
/** An instance that stops has time: what it had must be known, or the others can't do without it. */
const STOP_TIMEOUT = 5000

/** Promotions that nobody asked for: after the primary's loss, and before this instance stops. */
export class Automatic {
  private refusedAt = -Infinity
  private refusal = ''
  private lastSaid = ''
  private lastStep = ''
  private suspected: { readonly why: string; readonly since: number; last: number } | undefined

  constructor(private readonly agent: Agent) {}

  private view(seen: Observation): FailoverView {
    const { agent } = this
    return {
      self: agent.self,
      record: seen.record,
      initialised: seen.initialised,
      instances: seen.instances,
      mysql: seen.mysql,
      held: agent.held,
      leaving: agent.looking.leaving,
      lock: agent.leader.lock,
      leadsSeconds: agent.leadsSeconds,
      upSeconds: now() - agent.startedAt,
      lostSeconds: agent.looking.lostSeconds,
      primaryAnswers: seen.peers.some(
        ({ member, answer }) =>
          typeof seen.record !== 'string' &&
          member.instance === seen.record.value.instance &&
          answer?.mysql !== undefined,
      ),
      primaryWorks: agent.primaryWritable && seen.mysql?.replica?.receiver === 'on',
      refusedSeconds: now() - this.refusedAt,
      times: agent.times,
    }
  }

  /**
   * Looks whether the primary is lost, and promotes if this instance is the one to do it.
   * @returns true when something was done, so that the next round should follow at once
   */
  async consider(seen: Observation): Promise<boolean> {
    const { agent } = this
    const view = this.view(seen)
    const suspicion = suspect(view)
    if (suspicion === undefined || typeof seen.record === 'string') return false
    const primary = seen.record.value.instance
    const members = await this.members()
    if (members === undefined) return false
    const others = await agent.lookAt(
      members.filter((member) => member.instance !== primary),
      LOOK_TIMEOUT,
    )
    // Who comes later in line waits from when it began to suspect, not from when the primary was lost: rounds may be late.
    if (this.suspected?.why !== suspicion.why || now() - this.suspected.last > 3)
      this.suspected = { why: suspicion.why, since: now(), last: 0 }
    this.suspected.last = now()
    const answer = failover(view, { ...suspicion, forSeconds: now() - this.suspected.since }, others)
    if (answer.reason !== this.lastSaid) agent.log.warn({ go: answer.go, reason: answer.reason }, 'failover?')
    this.lastSaid = answer.reason
    if (!answer.go) return false
    // Once more, at the quorum: this agent's own view may be late. The record is compared when it changes hands.
    if (suspicion.why === 'lock' && !(await agent.leader.unchanged())) return false
    try {
      const answering = others.filter((peer) => peer.answer?.mysql !== undefined).map((peer) => peer.member.instance)
      const { index } = seen.record
      const { primaryAnswers } = view
      const decision = { index, primaryAnswers, answering: [...answering, agent.self.instance] }
      await promote(agent, { automatic: `failover: ${answer.reason}`, decision }, (line) =>
        agent.log.warn({ step: line }, 'failover'),
      )
      agent.counters.failovers++
      this.refusal = ''
      return true
    } catch (error) {
      if (error instanceof Busy) {
        agent.log.warn({ reason: error.message }, 'another promotion is under way')
        return false
      }
      this.refusedAt = now()
      if (!(error instanceof NotPromoted)) throw error
      agent.counters.refusals++
      if (error.message !== this.refusal) {
        this.refusal = error.message
        await agent.remember('refused', error.message)
        await agent.consul
          .setState({
            state: 'no writer',
            instance: agent.self.instance,
            reason: error.message,
            since: new Date().toISOString(),
          })
          .catch(() => undefined)
      }
      return false
    }
  }

  /** All that the group knows; undefined while Consul has no leader: nobody can be promoted then. */
  private async members(): Promise<Member[] | undefined> {
    try {
      return await this.agent.consul.members(MEMBERS_TIMEOUT)
    } catch (error) {
      const reason = `no failover without Consul: ${String(error)}`
      if (reason !== this.lastSaid) this.agent.log.warn({ go: false, reason }, 'failover?')
      this.lastSaid = reason
      setTimeout(() => this.agent.hurry(), AGAIN)
      return undefined
    }
  }

  /** Before this instance stops: another one leads, and what this one has is known. @throws when it can't */
  async handOver(why: string): Promise<void> {
    const { agent } = this
    if (agent.looking.leaving && agent.looking.mysql === undefined) return
    agent.looking.leave()
    const mysql = await agent.looking.fresh(STOP_TIMEOUT)
    if (mysql === undefined || typeof agent.record === 'string') return
    const from = agent.self.instance
    if (agent.record.value.instance === from)
      await promote(agent, { automatic: `switchover: ${why}`, from }, (line) => this.say(line))
    await this.leave()
  }

  /** Each step once, however often it is tried. */
  private say(line: string): void {
    if (line !== this.lastStep) this.agent.log.warn({ step: line }, 'switchover')
    this.lastStep = line
  }

  /** Says what this instance had last, so that nobody has to wonder whether it knows more. */
  private async leave(): Promise<void> {
    const { agent } = this
    const mysql = await agent.exclusive(async () => {
      await stopReceiver(agent.mysqld)
      return agent.looking.fresh(STOP_TIMEOUT)
    })
    if (mysql?.superReadOnly !== true) return agent.log.warn('what this instance had when it stopped is not known')
    await agent.membership.leave(received(mysql))
  }
}
