import type { Agent } from '../agent.js'
import * as answers from '../answers.js'
import type { Status } from '../peers.js'

/** What `/status` says: everything that a person, or another agent, wants to know of this instance. */
export function status(agent: Agent): Status & Record<string, unknown> {
  const standing = agent.standing()
  const role =
    answers.primary(standing).status === 200
      ? 'primary'
      : answers.replica(standing, Infinity).status === 200
        ? 'replica'
        : 'none'
  const { mysql } = standing
  return {
    ...agent.self,
    role,
    doing: standing.doing,
    held: standing.held,
    healthy: answers.health(standing).status === 200,
    blocked:
      role === 'primary' &&
      mysql !== undefined &&
      mysql.semiSync.source &&
      mysql.semiSync.replicas < mysql.semiSync.waitCount,
    record: standing.record,
    // GTID sets become text by their toJSON.
    mysql: mysql === undefined ? undefined : (JSON.parse(JSON.stringify(mysql)) as Status['mysql']),
    memoryBytes: process.memoryUsage.rss(),
  }
}
