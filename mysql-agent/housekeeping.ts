import type { Agent } from './agent.js'
import { now } from './clock.js'
import { GtidSet } from './gtid.js'
import { forgettable, groupState, type Surplus } from './group-state.js'
import { type Observation, receivesFrom } from './state.js'

/** Seconds between two looks at members that may be too many. */
const EVERY_SECONDS = 5

/** What the primary does besides leading: says how the group is, and forgets members that were taken away for good. */
export class Housekeeping {
  private said = ''
  private lookedAt = -Infinity
  private readonly answeredAt = new Map<string, number>()

  constructor(private readonly agent: Agent) {}

  async round(seen: Observation): Promise<void> {
    const { agent } = this
    const state = groupState(seen)
    if (state === undefined) {
      this.said = ''
      this.answeredAt.clear()
      return
    }
    const line = `${state.state}: ${state.reason}`
    if (line !== this.said) {
      await agent.consul.setState({ ...state, instance: agent.self.instance, since: new Date().toISOString() })
      if (!this.said.startsWith(state.state)) agent.log.warn(state, 'the group')
      this.said = line
    }
    if (agent.members.length > seen.instances && now() - this.lookedAt > EVERY_SECONDS) await this.forget(seen)
  }

  private async forget(seen: Observation): Promise<void> {
    const { agent } = this
    this.lookedAt = now()
    const members = await agent.consul.members()
    const peers = await agent.lookAt(members)
    // An agent may be dead and its mysqld go on.
    const attached = new Set((await agent.mysqld.rows('SHOW REPLICAS')).map((row) => String(row['Host'])))
    const others = peers.map(({ member, answer }): Surplus => {
      const { instance } = member
      if (answer !== undefined || !this.answeredAt.has(instance)) this.answeredAt.set(instance, now())
      return {
        instance,
        answers: answer?.mysql !== undefined || attached.has(member.host),
        follows: receivesFrom(answer?.mysql, agent.self),
        silentSeconds: now() - (this.answeredAt.get(instance) ?? now()),
        left: members.find((one) => one.instance === instance)?.left,
      }
    })
    const gone = forgettable({ instances: seen.instances, executed: seen.mysql?.executed ?? GtidSet.EMPTY, others })
    if (gone === undefined) return
    const { index } = members.find((one) => one.instance === gone.instance) ?? {}
    if (!(await agent.consul.forget(gone.instance, index))) return
    agent.log.warn(gone, 'forgotten')
    await agent.consul
      .addHistory({ at: new Date().toISOString(), event: 'forgotten', from: gone.instance, reason: gone.reason })
      .catch(() => undefined)
  }
}
