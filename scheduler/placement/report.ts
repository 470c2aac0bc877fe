import type { Amount } from './ask'

/** How much of one thing a node has, and how much of it is taken. */
export interface Share {
  readonly total: number
  readonly used: number
  readonly free: number
}

/** A node when all is placed. */
export interface NodeReport {
  readonly name: string
  /** Whether Nomad places anything on it. */
  readonly ready: boolean
  /** MHz that jobs can use. */
  readonly cpu: Share
  /** MB that jobs can use. */
  readonly memory: Share
  readonly allocations: number
}

/** A group, and where it went. */
export interface GroupReport {
  readonly group: string
  /** A system job wants one on each node that suits it. */
  readonly wanted: number
  readonly placed: number
  /** Names of nodes; one is there as often as the group is on it. */
  readonly nodes: readonly string[]
}

/** A job, and where it went. */
export interface JobReport {
  readonly job: string
  readonly namespace: string
  readonly type: string
  readonly priority: number
  /** Why nothing of it is placed: only a dispatch, or its time, does that. @default - it is placed now */
  readonly waits?: 'parameterized' | 'periodic'
  readonly groups: readonly GroupReport[]
  /** Nomad's server would refuse the job: this is what it says. */
  readonly errors: readonly string[]
}

/** A node that would do, were it not for its size: how much of it a group asks for, and how much it has left. */
export interface Shortage {
  readonly node: string
  /** MHz and MB (and MB of disk) that one allocation asks for. */
  readonly asked: Amount
  /** What the node had left when the group was looked at. */
  readonly free: Amount
  /** What lacks; 0 where there is enough. */
  readonly short: Amount
}

/** What has no place, and why. */
export interface Missing {
  readonly job: string
  readonly namespace: string
  readonly group: string
  /** How many allocations have none. */
  readonly count: number
  /** How many there should be. */
  readonly wanted: number
  /** Nodes that Nomad looked at. */
  readonly evaluated: number
  /** How many nodes each constraint, driver or volume left out, in Nomad's words. */
  readonly filteredBy: Readonly<Record<string, number>>
  /** How many nodes lack memory, cpu, disk, a port ..., in Nomad's words. */
  readonly exhaustedBy: Readonly<Record<string, number>>
  /** Nodes that suit the group but for their size, the one that lacks least first. */
  readonly shortages: readonly Shortage[]
}

/** An allocation that has to go for one of a higher priority. */
export interface Preempted {
  /** `job.group[index]`. */
  readonly name: string
  readonly job: string
  readonly node: string
  /** The job that takes its place. */
  readonly by: string
}

/** What it would mean to lose some nodes at once. */
export interface Loss {
  /** Names of the nodes that are lost. */
  readonly nodes: readonly string[]
  /** Allocations that are elsewhere afterwards. */
  readonly moved: number
  /** Allocations of system jobs that went with their nodes: the others cover for them. */
  readonly covered: number
  readonly missing: readonly Missing[]
  readonly preempted: readonly Preempted[]
  /** The node that has least memory left afterwards, in MB. */
  readonly tightest?: { readonly node: string; readonly freeMemory: number }
}

/** Every way to lose so many nodes. */
export interface Losing {
  /** How many at once. */
  readonly count: number
  /** One for each way. */
  readonly losses: readonly Loss[]
  /** The one after which most is missing, or, where nothing ever is, the one that leaves a node the least memory. */
  readonly worst: Loss
}

/** What the planner answers. Plain data: `JSON.stringify` writes all of it. */
export interface Report {
  /** Everything has its place, also after each loss that was asked about. */
  readonly fits: boolean
  /** In the order in which they were placed. */
  readonly jobs: readonly JobReport[]
  readonly missing: readonly Missing[]
  readonly preempted: readonly Preempted[]
  readonly nodes: readonly NodeReport[]
  /** @default - nobody asked, or it doesn't even fit with all nodes */
  readonly losing?: Losing
}
