import type { GtidSet } from './gtid.js'
import type { Observation } from './state.js'

/** `shoal/mysql/state`: whether the group takes writes, for people, `bootstrap/status` and alerts. */
export interface GroupState {
  readonly state: 'writable' | 'blocked' | 'unprotected' | 'no writer'
  readonly reason: string
}

/** Rounds with too few replicas after which `continue` stops waiting for those that are away. */
export const TOO_FEW_ROUNDS = 10

/** The group's state as its writable primary sees it; undefined on any other instance. */
export function groupState(seen: Observation): GroupState | undefined {
  const { mysql, record } = seen
  if (mysql === undefined || typeof record === 'string' || record.value.instance !== seen.self.instance)
    return undefined
  if (mysql.readOnly || mysql.offline) return undefined
  const { source, replicas, waitCount } = mysql.semiSync
  if (!source)
    return seen.instances === 1
      ? { state: 'writable', reason: 'the only instance' }
      : { state: 'unprotected', reason: 'commits wait for nobody' }
  if (replicas < waitCount)
    return {
      state: 'blocked',
      reason: `writes wait: ${replicas} of the ${waitCount} replicas that a commit needs are attached`,
    }
  if (seen.full === true) return { state: 'blocked', reason: 'writes wait: the volume is full' }
  const full = Math.floor(seen.instances / 2)
  if (waitCount < full)
    return { state: 'unprotected', reason: `commits wait for ${waitCount} replicas instead of ${full}` }
  return { state: 'writable', reason: `${replicas} replicas attached, commits wait for ${waitCount}` }
}

/** A member that may be one too many, as the primary sees it. */
export interface Surplus {
  readonly instance: string
  readonly answers: boolean
  /** It answers, and receives from this primary. */
  readonly follows: boolean
  /** Seconds since it last answered this primary. */
  readonly silentSeconds: number
  /** All it had when it was stopped in order; undefined when it was not. */
  readonly left: GtidSet | undefined
}

/**
 * A member that went without a word counts as gone for good after this long, in seconds; only where the group is whole without it, and its mysqld
 * is not connected. Until then the primary's loss too would be a promotion that can't know.
 */
export const GONE_SECONDS = 15
/** One that left in order: time for a mere restart. */
export const LEFT_SECONDS = 10

/**
 * Which member no longer counts after the group was made smaller, or after an instance was replaced by one on another node. Only while this
 * primary has as many following replicas as the group should have: each acknowledged write is here and, from now on, on enough of those.
 */
export function forgettable(seen: {
  readonly instances: number
  readonly executed: GtidSet
  readonly others: readonly Surplus[]
}): { readonly instance: string; readonly reason: string } | undefined {
  if (seen.others.length + 1 <= seen.instances) return undefined
  if (seen.others.filter((one) => one.follows).length < seen.instances - 1) return undefined
  for (const { instance, answers, left, silentSeconds } of seen.others) {
    if (answers) continue
    if (left !== undefined && silentSeconds >= LEFT_SECONDS && seen.executed.contains(left))
      return { instance, reason: 'it was stopped, the group is whole without it, and has all that it had' }
    if (silentSeconds >= GONE_SECONDS)
      return { instance, reason: `it has not answered for ${GONE_SECONDS} s, and the group is whole without it` }
  }
  return undefined
}
