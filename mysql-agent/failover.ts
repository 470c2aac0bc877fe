import type { LeaseTimes } from './lease.js'
import type { Member, MysqlState, Peer, Recorded } from './state.js'

/** The lock as an observer sees it. */
export interface LockSeen {
  /** Who held it last. */
  readonly instance: string | undefined
  /** A session holds it. */
  readonly held: boolean
  /** Why its last holder gave it up; undefined when it lost it. */
  readonly released: string | undefined
  /** Seconds since this observer saw a change of it (a beat, a release, a loss). */
  readonly silentSeconds: number
  /** Seconds since this observer saw a beat; `silentSeconds` while it is held. */
  readonly beatSeconds: number
  /** This observer has seen it change hands or beat while it was held. */
  readonly everAlive: boolean
}

/** All that the decision to fail over is made from; no clock, no side effects. */
export interface FailoverView {
  readonly self: Member
  readonly record: Recorded | 'unknown' | 'none'
  readonly initialised: boolean | undefined
  readonly instances: number
  readonly mysql: MysqlState | undefined
  /** A promotion holds this instance already. */
  readonly held: boolean
  /** This instance is being stopped. */
  readonly leaving: boolean
  readonly lock: LockSeen
  /** Seconds since this agent heard who leads. */
  readonly leadsSeconds: number
  /** Seconds since this agent started. */
  readonly upSeconds: number
  /** Seconds since this replica last received from the primary; 0 while it does. */
  readonly lostSeconds: number
  /** The primary's agent has just answered here, and so had its mysqld. */
  readonly primaryAnswers: boolean
  /** It has just said that it takes writes, and this replica receives from it: only Consul hears nothing of it. */
  readonly primaryWorks: boolean
  /** Seconds since the last promotion that was refused here; infinite when none was. */
  readonly refusedSeconds: number
  readonly times: LeaseTimes
}

/** A lock that was lost without a word may be taken again by the same agent: it has this long, in seconds. */
export const LOST_GRACE = 1.5
/** It has no more time when it did not beat for this long before: two beats were due. */
export const MISSED_SECONDS = 2.5
/** A primary that works has this long to be heard by Consul again, which may have no leader itself, in seconds. */
export const WORKS_SECONDS = 15
/** The word of a holder whose successor is being promoted already: only if that fails is it news. */
export const HANDS_OVER = 'hands over'
/** Seconds that a handing over may take before it counts as failed. */
export const HAND_OVER_SECONDS = 6
/** After all were down at once, the recorded primary has this long to come back with everything it has, in seconds. */
export const START_GRACE = 20
/** A replica that receives nothing for this long calls its primary lost, in seconds. */
export const CUT_SECONDS = 2.5
/** Seconds between two tries. */
export const RETRY_SECONDS = 3
/** Each further instance in line waits this much longer, in seconds, so that one tries at a time. */
export const RANK_SECONDS = 1

export interface Suspicion {
  readonly why: 'lock' | 'cut'
  readonly reason: string
}

/** Does what this instance sees alone speak for a failover? */
export function suspect(seen: FailoverView): Suspicion | undefined {
  const { record, lock, mysql, times } = seen
  if (typeof record === 'string' || record.value.instance === seen.self.instance) return undefined
  if (seen.initialised !== true || seen.held || seen.leaving) return undefined
  if (mysql === undefined || mysql.executed.isEmpty) return undefined
  if (seen.refusedSeconds < RETRY_SECONDS) return undefined
  const name = record.value.instance
  // Everybody was down: whoever leads by the record comes back with all it has, if it comes back soon.
  if (!lock.everAlive && seen.upSeconds < START_GRACE) return undefined
  // What is seen of the lock is its predecessor's: one that was just promoted has time to take it.
  if (lock.instance !== name && seen.leadsSeconds < HAND_OVER_SECONDS) return undefined
  if (!lock.held && lock.released === HANDS_OVER && lock.silentSeconds < HAND_OVER_SECONDS) return undefined
  if (!lock.held && lock.released !== undefined)
    return { why: 'lock', reason: `${name} gave the lock up: ${lock.released}` }
  if (lostAfter(lock, times) <= 0 && (!seen.primaryWorks || lock.beatSeconds >= WORKS_SECONDS))
    return { why: 'lock', reason: lock.held ? `${name} does not renew its lock` : `${name} lost the lock` }
  if (!seen.primaryAnswers && seen.lostSeconds >= CUT_SECONDS)
    return { why: 'cut', reason: `no replica reaches ${name}` }
  return undefined
}

/** Seconds until a lock that nobody gave up counts as lost, when nothing is heard of its holder; 0 or less when it is lost. */
export function lostAfter(lock: LockSeen, times: LeaseTimes): number {
  if (lock.held) return times.take - lock.silentSeconds
  return Math.min(LOST_GRACE - lock.silentSeconds, MISSED_SECONDS - lock.beatSeconds)
}

export type FailoverAnswer =
  { readonly go: true; readonly reason: string } | { readonly go: false; readonly reason: string }

/**
 * Shall this instance start the promotion now, which has suspected `forSeconds`? `others` are all members but the primary and this one, just asked. A lock that is alive
 * protects its holder, unless so many replicas have lost it that no commit of its can be acknowledged any more.
 */
export function failover(
  seen: FailoverView,
  suspicion: Suspicion & { readonly forSeconds: number },
  others: readonly Peer[],
): FailoverAnswer {
  if (typeof seen.record === 'string') return { go: false, reason: 'no record' }
  const answering = others.filter((peer) => peer.answer?.mysql !== undefined && peer.answer.leaving !== true)
  if (suspicion.why === 'cut') {
    const { instance } = seen.record.value
    const follow = others.filter(({ member: { follows } }) => follows === undefined || follows === instance)
    const mayFollow = follow.filter((peer) => (peer.answer?.lostSeconds ?? 0) < CUT_SECONDS).length
    if (mayFollow >= Math.max(1, seen.record.value.waitCount))
      return { go: false, reason: `${mayFollow} replicas may still follow ${instance}` }
  }
  // A new instance has nothing, so it never begins.
  const before = answering.filter(
    ({ member, answer }) => member.instance < seen.self.instance && answer?.mysql?.executed.isEmpty === false,
  ).length
  if (suspicion.forSeconds < before * RANK_SECONDS)
    return { go: false, reason: `${before} others come first: ${suspicion.reason}` }
  return { go: true, reason: suspicion.reason }
}
