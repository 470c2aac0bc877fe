import { waitCount } from './durability.js'
import { TOO_FEW_ROUNDS } from './group-state.js'
import type { GtidSet } from './gtid.js'
import { received, type Hold, type Observation, type Peer, type PrimaryRecord, type Recorded } from './state.js'

/** What to do next: one step, chosen again from what is seen after it. */
export type Action =
  /** Nothing is to be done; `settled` when this is the state to stay in. */
  | { readonly do: 'wait'; readonly reason: string; readonly settled: boolean }
  /** Stop every write now: close the connections of ordinary accounts, then super_read_only. */
  | { readonly do: 'fence'; readonly reason: string }
  /** Ask Consul to make this instance the first primary (compare-and-set: one wins). */
  | { readonly do: 'claim'; readonly reason: string }
  /** Write the record again unchanged, so that a promotion which began with the old one fails. */
  | { readonly do: 'renew'; readonly record: Recorded; readonly reason: string }
  /** Apply what was received, then forget the source. */
  | { readonly do: 'detach'; readonly reason: string }
  /** Become writable, waiting for `waitCount` replicas on each commit; `first` also sets the accounts up. */
  | { readonly do: 'lead'; readonly waitCount: number; readonly first: boolean; readonly reason: string }
  /** Change the number of replicas to wait for: in the record and in mysqld, in the safe order. */
  | { readonly do: 'setWaitCount'; readonly waitCount: number; readonly record: Recorded; readonly reason: string }
  /** Say in Consul that this instance follows the primary, which it does already. */
  | { readonly do: 'enter'; readonly record: Recorded; readonly reason: string }
  /** Try at once to reach the primary again. */
  | { readonly do: 'reconnect'; readonly reason: string }
  /** Say it, then replicate from the primary by auto-position. */
  | { readonly do: 'follow'; readonly record: Recorded; readonly reason: string }
  /** Replace all data by a copy of a donor's; transactions that only this instance has are kept aside first. */
  | {
      readonly do: 'clone'
      readonly donor: { readonly host: string; readonly port: number; readonly instance: string }
      readonly errant: GtidSet | undefined
      readonly reason: string
    }

/** Rounds that a difference must last before data is replaced: a replica may apply before its source has committed. */
export const DIVERGED_ROUNDS = 3

/** A connection to a primary that answers takes much less, in seconds. */
export const CONNECT_SECONDS = 1.5

const wait = (reason: string): Action => ({ do: 'wait', reason, settled: false })
const settled = (reason: string): Action => ({ do: 'wait', reason, settled: true })

/** What this instance does next. No side effects, no clock: everything is in the observation. */
export function decide(seen: Observation): Action {
  if (seen.mysql === undefined) return wait('mysqld does not answer')
  if (seen.lease.fence !== undefined) return { do: 'fence', reason: seen.lease.fence }
  // Losing Consul alone changes nobody's role (lease.ts). An instance that just started stays read-only: that is how mysqld starts.
  if (seen.record === 'unknown') return wait('Consul does not answer: the role stays as it is')
  if (seen.hold !== undefined) {
    const held = onHold(seen, seen.hold, seen.record)
    if (held !== undefined) return held
  }
  if (seen.record === 'none') return withoutPrimary(seen)
  return seen.record.value.instance === seen.self.instance ? asPrimary(seen, seen.record) : asReplica(seen, seen.record)
}

/** While a promotion is under way this instance obeys only it; undefined when the hold is over. */
function onHold(seen: Observation, hold: Hold, record: Recorded | 'none'): Action | undefined {
  const index = record === 'none' ? 0 : record.index
  // A hold for a newer record than this agent has heard of: what it would do by the old one is what the promotion must not see.
  if (index < hold.index) return wait(`on hold: ${hold.reason}, of a record that is not known here yet`)
  if (index > hold.index) return undefined
  if (!hold.expired) return wait(`on hold: ${hold.reason}`)
  // The promotion was abandoned, or its agent died. Whoever it stopped goes on only once the record has a new index, because
  // that promotion still counts on what it has stopped.
  return record === 'none' ? undefined : { do: 'renew', record, reason: 'the promotion did not end in time' }
}

/** Consul knows no primary: the instance that has everything the others have takes it, when all can be asked. */
function withoutPrimary(seen: Observation): Action {
  const mysql = seen.mysql
  if (mysql === undefined) return wait('mysqld does not answer')
  if (!mysql.readOnly || !mysql.superReadOnly)
    return { do: 'fence', reason: 'Consul knows no primary, so nobody may be writable' }
  const answered = seen.peers.filter((peer) => peer.answer?.mysql !== undefined)
  const silent = seen.peers.filter((peer) => peer.answer?.mysql === undefined)
  if (silent.length > 0) return wait(`no primary yet: ${names(silent)} did not answer`)
  if (answered.length + 1 < seen.instances)
    return wait(`no primary yet: ${answered.length + 1} of ${seen.instances} instances are here`)
  const own = received(mysql)
  if (seen.initialised === true && own.isEmpty)
    return wait('no primary, and this instance is empty although the group was set up before')
  for (const peer of answered) {
    const theirs = peer.answer?.mysql
    if (theirs === undefined) continue
    const set = received(theirs)
    if (!own.contains(set)) {
      const both = set.contains(own) ? `${peer.member.instance} has more` : `${peer.member.instance} differs`
      return wait(`no primary yet: ${both}`)
    }
    if (set.equals(own) && peer.member.instance < seen.self.instance)
      return wait(`no primary yet: ${peer.member.instance} comes first by name`)
  }
  const reason = own.isEmpty ? 'first start of the group' : 'no primary was recorded, and this instance has all data'
  return { do: 'claim', reason }
}

function asPrimary(seen: Observation, record: Recorded): Action {
  const mysql = seen.mysql
  if (mysql === undefined || seen.initialised === undefined) return wait('not everything could be looked at')
  if (seen.initialised && mysql.executed.isEmpty) {
    if (!mysql.readOnly || !mysql.superReadOnly) return { do: 'fence', reason: 'recorded as primary, but empty' }
    return wait('recorded as primary, but this instance has lost its data: promote another one')
  }
  if (mysql.replica !== undefined) return { do: 'detach', reason: 'this instance is the primary' }
  if (seen.leaving) return wait('being stopped: it does not lead any more')
  // Only by setting, and written into the record first: a promotion then refuses, because it can't know.
  const full = waitCount(seen.instances)
  const few = seen.whenTooFew === 'continue' && seen.tooFewRounds >= TOO_FEW_ROUNDS
  const wanted = few ? Math.min(full, mysql.semiSync.replicas) : full
  // Counting for less than what the record promises would let a promotion believe what is no longer so.
  const writable = !mysql.readOnly && !mysql.superReadOnly && !mysql.offline
  const safe = wanted === 0 || mysql.semiSync.source
  if ((!writable || !safe) && !seen.lease.held) return wait('recorded as primary, asks for the lock')
  if (!writable || !safe)
    return {
      do: 'lead',
      waitCount: Math.max(wanted, record.value.waitCount),
      first: !seen.initialised,
      reason: record.value.reason,
    }
  if (!seen.initialised) return { do: 'lead', waitCount: wanted, first: true, reason: 'the set-up was interrupted' }
  const counts = wanted === 0 ? !mysql.semiSync.source : mysql.semiSync.waitCount === wanted
  if (record.value.waitCount !== wanted || !counts)
    return {
      do: 'setWaitCount',
      waitCount: wanted,
      record,
      reason: few ? 'too few replicas' : `the group has ${seen.instances} instances`,
    }
  return settled('primary')
}

function asReplica(seen: Observation, record: Recorded): Action {
  const mysql = seen.mysql
  if (mysql === undefined) return wait('mysqld does not answer')
  const primary = record.value
  if (!mysql.superReadOnly || !mysql.readOnly || mysql.semiSync.source || mysql.offline)
    return { do: 'fence', reason: `${primary.instance} is the primary: ${primary.reason}` }
  if (seen.leaving) return wait('being stopped')
  const replica = mysql.replica
  const right = replica !== undefined && replica.host === primary.host && replica.port === primary.port
  // The group may have forgotten it, or Consul its data: what receives must be known.
  if (right && replica.receiver !== 'off' && seen.follows !== primary.instance)
    return { do: 'enter', record, reason: `follows ${primary.instance}, which the others do not know` }
  if (right && replica.receiver === 'on' && replica.applier) return settled(`replica of ${primary.instance}`)

  const peer = seen.peers.find((one) => one.member.instance === primary.instance)
  const source = peer?.answer?.mysql
  if (source === undefined) return wait(`the primary ${primary.instance} does not answer`)

  // What a new primary has received it will have applied before it is writable. Until then nothing is concluded from what it lacks.
  const errant = mysql.executed.minus(received(source))
  if (source.superReadOnly && (!errant.isEmpty || mysql.executed.isEmpty))
    return wait(`the primary ${primary.instance} is not writable yet`)
  if (!errant.isEmpty) {
    if (seen.divergedRounds < DIVERGED_ROUNDS) return wait(`has ${errant.count} transactions that the primary lacks`)
    const reason = `${errant.count} transactions that the primary ${primary.instance} lacks`
    return { do: 'clone', donor: donor(seen, primary), errant, reason }
  }
  if (mysql.executed.isEmpty)
    return { do: 'clone', donor: donor(seen, primary), errant: undefined, reason: 'a new instance' }
  if (!mysql.executed.contains(source.purged))
    return {
      do: 'clone',
      donor: donor(seen, primary),
      errant: undefined,
      reason: `${primary.instance} no longer has the binary logs that are missing here`,
    }
  // A connection that is being made needs no help; a receiver that sleeps after an attempt that failed does, and so does an applier that stopped.
  if (right && replica.receiver === 'connecting' && replica.applier)
    return seen.connectingSeconds < CONNECT_SECONDS
      ? wait('connecting to the primary')
      : { do: 'reconnect', reason: `${primary.instance} answers, but is not connected to` }
  return { do: 'follow', record, reason: right ? replica.error || 'replication is stopped' : 'a new primary' }
}

/** A replica that keeps up, so that the primary is spared; else the primary. */
function donor(seen: Observation, primary: PrimaryRecord): { host: string; port: number; instance: string } {
  const good = seen.peers.find((peer) => {
    const state = peer.answer?.mysql
    if (state?.replica === undefined || peer.answer?.held === true || state.executed.isEmpty) return false
    return state.replica.host === primary.host && state.replica.receiver === 'on' && state.replica.lagSeconds === 0
  })
  const from = good?.member ?? primary
  return { host: from.host, port: from.port, instance: from.instance }
}

function names(peers: readonly Peer[]): string {
  return peers.map((peer) => peer.member.instance).join(', ')
}
