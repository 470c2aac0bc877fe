import type { GtidSet } from './gtid.js'

/** `shoal/mysql/primary` in Consul: who may be writable. */
export interface PrimaryRecord {
  readonly instance: string
  readonly host: string
  readonly port: number
  readonly agentPort: number
  /** ISO time of the last change of hands. */
  readonly since: string
  readonly reason: string
  /** The primary waits for at least this many replicas; lowered here before it is lowered in mysqld. */
  readonly waitCount: number
  /** How often it was written again unchanged: Consul gives no new index to a value that is the same. @default 0 */
  readonly renewals?: number | undefined
  /**
   * What this primary had to have when it was promoted, as GTIDs: every write acknowledged before it led is in there. With it a promotion counts
   * only those that follow this primary (promotion.ts). @default - all members count
   */
  readonly base?: string | undefined
}

/** A record with the index that a compare-and-set needs. */
export interface Recorded {
  readonly value: PrimaryRecord
  readonly index: number
}

/** `shoal/mysql/instances/<name>`: an instance that the group knows. */
export interface Member {
  readonly instance: string
  readonly host: string
  readonly port: number
  readonly agentPort: number
  /**
   * The instance that its mysqld was last told to replicate from, written here before it was told, together with a new index of the primary's
   * record; '' for nobody. So one that is not said to follow the primary can't have acknowledged anything of its. @default - not known
   */
  readonly follows?: string | undefined
  /** All it had when its mysqld was stopped in order, with its receiver stopped before; gone when it follows again. */
  readonly left?: GtidSet | undefined
  /** Of its key in Consul, where it was read there. */
  readonly index?: number | undefined
}

/** What SHOW REPLICA STATUS says. */
export interface ReplicaState {
  readonly host: string
  readonly port: number
  readonly receiver: 'on' | 'connecting' | 'off'
  readonly applier: boolean
  /** Seconds, or undefined when mysqld can't tell. */
  readonly lagSeconds: number | undefined
  readonly retrieved: GtidSet
  readonly error: string
}

/** One mysqld, as one look at it showed it. */
export interface MysqlState {
  readonly uuid: string
  readonly executed: GtidSet
  /** What is no longer in its binary logs. */
  readonly purged: GtidSet
  /** False when ordinary accounts can write. */
  readonly readOnly: boolean
  readonly superReadOnly: boolean
  /** True while only administrators may connect: a fence that was not finished. */
  readonly offline: boolean
  readonly replica: ReplicaState | undefined
  readonly semiSync: { readonly source: boolean; readonly waitCount: number; readonly replicas: number }
}

/** What an agent tells the others about itself. */
export interface Peer {
  readonly member: Member
  /** Undefined: its agent didn't answer. `mysql` undefined: the agent did, its mysqld didn't. */
  readonly answer:
    | {
        readonly mysql: MysqlState | undefined
        readonly held: boolean
        /** It is being stopped, so nothing should be given to it. */
        readonly leaving?: boolean
        /** Seconds since it last received from the primary; 0 while it does. */
        readonly lostSeconds?: number
        /** Its volume is full. */
        readonly full?: boolean
      }
    | undefined
}

/** The lock of the primary as this instance has it. */
export interface Lease {
  /** A beat succeeded within the lease, and none was refused since. */
  readonly held: boolean
  /** Why this instance must not be writable any more (lease.ts). */
  readonly fence: string | undefined
}

/** A promotion in progress asked this agent to do nothing by itself. */
export interface Hold {
  readonly reason: string
  /** Index of the primary's record when it was asked. */
  readonly index: number
  readonly expired: boolean
}

/** All that a decision is made from. */
export interface Observation {
  readonly self: Member
  readonly instances: number
  readonly mysql: MysqlState | undefined
  /** `unknown`: Consul doesn't answer; `none`: it has no primary. */
  readonly record: Recorded | 'unknown' | 'none'
  /** True once the first primary of the cluster's life was set up. */
  readonly initialised: boolean | undefined
  readonly hold: Hold | undefined
  readonly lease: Lease
  /** Being stopped: nothing new is begun. */
  readonly leaving: boolean
  /** Its volume is full. @default false */
  readonly full?: boolean
  /** What a primary does when too few replicas are attached for its commits. */
  readonly whenTooFew: 'block' | 'continue'
  /** Rounds in a row in which that was so. */
  readonly tooFewRounds: number
  /** The other members, looked at only where a decision needs them. */
  readonly peers: readonly Peer[]
  /** Rounds in a row in which this instance had transactions that the primary lacks. */
  readonly divergedRounds: number
  /** Whom this instance follows as the others know it; undefined while it is known by `left` only, or not at all. */
  readonly follows: string | undefined
  /** Seconds for which its receiver has been trying to connect to its source. */
  readonly connectingSeconds: number
}

/** Whether this mysqld receives from that member's. */
export function receivesFrom(mysql: MysqlState | undefined, member: Member): boolean {
  const replica = mysql?.replica
  return replica?.receiver === 'on' && replica.host === member.host && replica.port === member.port
}

/** Everything received and on disk, applied or not. */
export function received(state: MysqlState): GtidSet {
  return state.replica === undefined ? state.executed : state.executed.union(state.replica.retrieved)
}
