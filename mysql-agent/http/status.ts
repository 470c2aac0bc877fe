import type { Agent } from '../agent.js'
import * as answers from '../answers.js'
import type { Status } from '../peers.js'
import type { MysqlState } from '../state.js'

/** Milliseconds that mysqld may take for a look that others decide by. */
const PATIENCE = 900

/** The status with what mysqld says now: nothing, when it hangs. */
export async function freshStatus(agent: Agent, patience = PATIENCE): Promise<Status & Record<string, unknown>> {
  const mysql = await agent.looking.fresh(patience)
  return { ...status(agent), mysql: wire(mysql) }
}

// GTID sets become text by their toJSON.
function wire(mysql: MysqlState | undefined): Status['mysql'] {
  return mysql === undefined ? undefined : (JSON.parse(JSON.stringify(mysql)) as Status['mysql'])
}

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
    leaving: agent.looking.leaving,
    lostSeconds: agent.looking.lostSeconds,
    full: agent.looking.room.full,
    freeBytes: agent.looking.room.freeBytes,
    lease: agent.guard.lease,
    healthy: answers.health(standing).status === 200,
    blocked:
      role === 'primary' &&
      mysql !== undefined &&
      mysql.semiSync.source &&
      mysql.semiSync.replicas < mysql.semiSync.waitCount,
    record: standing.record,
    mysql: wire(mysql),
    memoryBytes: process.memoryUsage.rss(),
  }
}
