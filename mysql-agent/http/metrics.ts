import type { Agent } from '../agent.js'
import * as answers from '../answers.js'

/** The agent's state in Prometheus' text format. */
export function metrics(agent: Agent): string {
  const standing = agent.standing()
  const { mysql } = standing
  const lines: string[] = []
  const add = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    values: readonly (readonly [labels: string, value: number])[],
  ): void => {
    if (values.length === 0) return
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`)
  }
  const one = (value: number | undefined): [string, number][] => (value === undefined ? [] : [['', value]])
  const ok = (answer: answers.Answer): number => (answer.status === 200 ? 1 : 0)
  add('mysql_agent_up', 'gauge', 'mysqld answers (1) or not (0)', one(mysql === undefined ? 0 : 1))
  add('mysql_agent_primary', 'gauge', 'This instance is the writable primary', one(ok(answers.primary(standing))))
  add('mysql_agent_replica', 'gauge', 'This instance follows the primary', one(ok(answers.replica(standing, Infinity))))
  add('mysql_agent_lag_seconds', 'gauge', 'Seconds behind the primary', one(mysql?.replica?.lagSeconds))
  add(
    'mysql_agent_semi_sync_on',
    'gauge',
    'Commits here wait for replicas',
    one(mysql && Number(mysql.semiSync.source)),
  )
  add('mysql_agent_semi_sync_wait_count', 'gauge', 'Replicas that a commit waits for', one(mysql?.semiSync.waitCount))
  add('mysql_agent_semi_sync_replicas', 'gauge', 'Semi-sync replicas attached', one(mysql?.semiSync.replicas))
  add('mysql_agent_volume_free_bytes', 'gauge', 'Room on the volume of mysqld', one(agent.looking.room.freeBytes))
  add('mysql_agent_held', 'gauge', 'A promotion has put this instance on hold', one(Number(standing.held)))
  add('mysql_agent_lease_age_seconds', 'gauge', 'Seconds since the lock was last renewed here', leaseAge(agent))
  add('mysql_agent_failovers_total', 'counter', 'Failovers that this agent has led', one(agent.counters.failovers))
  add('mysql_agent_refusals_total', 'counter', 'Failovers that this agent refused', one(agent.counters.refusals))
  add('mysql_agent_fences_total', 'counter', 'Times that this instance was fenced', one(agent.counters.fences))
  add(
    'mysql_agent_seconds_without_writer_total',
    'counter',
    'Seconds in which this agent saw no writable primary',
    one(agent.counters.secondsWithoutWriter),
  )
  add('mysql_agent_rounds_total', 'counter', 'Rounds of the loop', one(agent.counters.rounds))
  add('mysql_agent_failed_rounds_total', 'counter', 'Rounds that failed', one(agent.counters.failedRounds))
  const actions = [...agent.counters.actions].map(([name, count]) => [`{action="${name}"}`, count] as const)
  add('mysql_agent_actions_total', 'counter', 'Steps taken, by kind', actions)
  add('process_resident_memory_bytes', 'gauge', 'Memory of the agent', one(process.memoryUsage.rss()))
  return `${lines.join('\n')}\n`
}

function leaseAge(agent: Agent): [string, number][] {
  return Number.isFinite(agent.leader.age) ? [['', agent.leader.age]] : []
}
