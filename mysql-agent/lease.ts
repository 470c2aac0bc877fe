import { waitCount } from './durability.js'

/**
 * The lock of the primary, `shoal/mysql/leader`, and its times. The primary's agent writes the lock again each BEAT ("beat"). It fences its
 * own mysqld when no beat has succeeded for LEASE, counted from when the last good one was sent; others take over when they have seen no
 * beat for LEASE + MARGIN. What makes a promotion safe is not this order but containment (promotion.ts): these times say how soon.
 */
export interface LeaseTimes {
  /** Seconds between two beats. */
  readonly beat: number
  /** Seconds without a beat after which the primary fences itself. */
  readonly lease: number
  /** Seconds without a beat after which another instance may be promoted. */
  readonly take: number
}

/** Seconds for the fence itself: the others wait that much longer than the primary does. */
export const FENCE_MARGIN = 2
/** How long another agent's word that it still follows this primary counts, in seconds. */
export const CONFIRM_SECONDS = 3
/** How long mysqld may not answer before the primary gives its lock up, in seconds. A mysqld that is dead is not waited for. */
export const HUNG_SECONDS = 3

export function leaseTimes(leaseSeconds: number): LeaseTimes {
  return { beat: leaseSeconds / 3, lease: leaseSeconds, take: leaseSeconds + FENCE_MARGIN }
}

/** What the primary knows of its right to be writable. */
export interface LeaseView {
  /** mysqld may take writes at this moment. */
  readonly writable: boolean
  /** Seconds since the last good beat was sent; infinite when there was none. */
  readonly age: number
  /** True when the last beat was answered "the lock is another's". */
  readonly taken: boolean
  /** Replicas whose agents said, within CONFIRM_SECONDS, that they receive from here and that no promotion holds them. */
  readonly confirmed: number
  readonly instances: number
  readonly times: LeaseTimes
}

/**
 * Why this instance must fence itself now, or undefined. Without a beat it may stay writable only while as many replicas as a commit waits
 * for say that they follow it: nobody can be promoted without stopping receivers at all but fewer than that many. So the loss of
 * Consul alone stops no writes, and a primary that is alone does stop.
 */
export function mustFence(seen: LeaseView): string | undefined {
  if (!seen.writable) return undefined
  if (seen.age <= seen.times.lease && !seen.taken) return undefined
  const needed = waitCount(seen.instances)
  if (seen.confirmed >= needed) return undefined
  const why = seen.taken ? 'the lock is held by another' : 'its lease has run out'
  return `${why}, and ${seen.confirmed} of the ${needed} replicas it needs confirm that they follow`
}

/** What makes the recorded primary give its lock up at once, so that nobody waits for its lease to end. */
export function mustRelease(seen: {
  readonly mysqldDead: boolean
  readonly mysqldSilentSeconds: number
  /** Its volume is full. */
  readonly full: boolean
  /** A replica that follows it has room. */
  readonly roomElsewhere: boolean
}): string | undefined {
  if (seen.mysqldDead) return 'its mysqld is dead'
  if (seen.mysqldSilentSeconds > HUNG_SECONDS) return `its mysqld has not answered for ${HUNG_SECONDS} s`
  // Where nobody has room, nobody is better.
  if (seen.full && seen.roomElsewhere) return 'its volume is full'
  return undefined
}
