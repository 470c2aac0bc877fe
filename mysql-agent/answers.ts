import type { MysqlState, Observation } from './state.js'

/** What the agent answers to a question about its instance. */
export interface Answer {
  /** HTTP status: 200 or 503. */
  readonly status: 200 | 503
  readonly reason: string
}

/** What the answers are made from: the last round, as it was seen. */
export interface Standing {
  readonly mysql: MysqlState | undefined
  readonly record: Observation['record']
  readonly instance: string
  readonly held: boolean
  /** Why this instance must not be writable any more. @default undefined - it may */
  readonly fence?: string | undefined
  /** True when the agent of the recorded primary says that its instance is writable. */
  readonly primaryWritable: boolean
  /** What the agent is doing now. */
  readonly doing: string
  /** Seconds since the round. */
  readonly ageSeconds: number
}

/** A round older than this says nothing any more, in seconds. */
export const STALE_SECONDS = 4

const yes = (reason: string): Answer => ({ status: 200, reason })
const no = (reason: string): Answer => ({ status: 503, reason })

function recordedHere(standing: Standing): boolean {
  // Without Consul the last role stays: an unknown record says neither yes nor no, mysqld's own state decides.
  return typeof standing.record === 'string'
    ? standing.record === 'unknown'
    : standing.record.value.instance === standing.instance
}

/** 200 only on the writable primary. */
export function primary(standing: Standing): Answer {
  const { mysql } = standing
  if (standing.ageSeconds > STALE_SECONDS) return no(`the last look is ${Math.round(standing.ageSeconds)} s old`)
  if (mysql === undefined) return no('mysqld does not answer')
  if (standing.held) return no('a promotion is under way')
  if (standing.fence !== undefined) return no(`fences itself: ${standing.fence}`)
  if (mysql.readOnly || mysql.superReadOnly || mysql.offline) return no(`read-only: ${standing.doing}`)
  if (!recordedHere(standing)) return no('another instance is the primary')
  return yes('primary')
}

/** 200 on a replica that follows the primary and is at most `maxLag` seconds behind. */
export function replica(standing: Standing, maxLag: number): Answer {
  const { mysql } = standing
  if (standing.ageSeconds > STALE_SECONDS) return no(`the last look is ${Math.round(standing.ageSeconds)} s old`)
  if (mysql === undefined) return no('mysqld does not answer')
  if (mysql.replica === undefined) return no(`not a replica: ${standing.doing}`)
  if (mysql.replica.receiver !== 'on' || !mysql.replica.applier)
    return no(`not replicating: ${mysql.replica.error || standing.doing}`)
  const lag = mysql.replica.lagSeconds
  if (lag === undefined || lag > maxLag) return no(`${lag ?? 'unknown'} s behind, ${maxLag} s allowed`)
  return yes(`replica, ${lag} s behind`)
}

/**
 * 200 where reads may go: the primary, a replica within `maxLag`, and while no primary is writable also a replica that has lost
 * it, because it is as fresh as anything there is.
 */
export function read(standing: Standing, maxLag: number): Answer {
  const asPrimary = primary(standing)
  if (asPrimary.status === 200) return asPrimary
  const asReplica = replica(standing, maxLag)
  if (asReplica.status === 200) return asReplica
  const { mysql } = standing
  if (
    standing.ageSeconds <= STALE_SECONDS &&
    mysql !== undefined &&
    !mysql.executed.isEmpty &&
    !mysql.offline &&
    !standing.primaryWritable
  )
    return yes('no primary is writable: what is here is as fresh as anything')
  return mysql?.replica === undefined ? asPrimary : asReplica
}

/** 200 when the instance is fine in its role. */
export function health(standing: Standing): Answer {
  const asPrimary = primary(standing)
  return asPrimary.status === 200 ? asPrimary : replica(standing, Number.POSITIVE_INFINITY)
}

/**
 * Reads `5`, `5s`, `500ms`, `1m`.
 * @returns seconds, or undefined when it is none of these
 */
export function duration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text)
  if (match === null) return undefined
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60 }[(match[2] ?? 's') as 'ms' | 's' | 'm']
}
