import type { ApiJob, SchedulerConfig, ServerSettings } from './types.js'

/** A node in a few words: the rest is as a plain Linux client has it. */
export interface ShortNode {
  /** @default - `node-1`, `node-2` ... */
  readonly name?: string
  /** A UUID. @default - derived from the name */
  readonly id?: string
  /** How many alike; the names get `-1`, `-2` ... @default 1 */
  readonly count?: number
  /** MHz that jobs can use. */
  readonly cpu: number
  /** MB that jobs can use. */
  readonly memory: number
  /** MB. @default 102400 */
  readonly disk?: number
  /** Logical cores, for jobs that ask for `cores`. @default - one for each 1000 MHz, at least 1 */
  readonly cores?: number
  /** @default 'dc1' */
  readonly datacenter?: string
  /** @default 'default' */
  readonly pool?: string
  /** @default '' */
  readonly class?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly meta?: Readonly<Record<string, string>>
  /** @default - docker, exec, raw_exec, java, qemu, mock_driver */
  readonly drivers?: readonly string[]
  /** Names of static host volumes. */
  readonly hostVolumes?: readonly string[]
  /** Names of host networks, besides the default one. */
  readonly hostNetworks?: readonly string[]
  /** @default - 10.0.x.y by the node's number */
  readonly address?: string
  /** Ports that jobs can't have, such as `22,8000-8010`. */
  readonly reservedPorts?: string
  readonly devices?: readonly {
    readonly vendor: string
    readonly type: string
    readonly name: string
    readonly count: number
  }[]
  /** @default 'ready' */
  readonly status?: 'ready' | 'down' | 'disconnected' | 'initializing'
  /** @default true */
  readonly eligible?: boolean
}

/** A node as `GET /v1/node/:id` gives it. */
export interface ApiNode {
  readonly ID: string
  readonly [field: string]: unknown
}

/** What jobs are placed on. */
export interface Cluster {
  readonly nodes: readonly (ShortNode | ApiNode)[]
  /** As `GET /v1/node/pools` gives them. @default - every pool that a node or job names */
  readonly nodePools?: readonly { readonly Name: string; readonly [field: string]: unknown }[]
  /** As `GET /v1/namespaces` gives them. @default - every namespace that a job names */
  readonly namespaces?: readonly { readonly Name: string; readonly [field: string]: unknown }[]
  /** The jobs that run, as `GET /v1/job/:id` gives them. */
  readonly jobs?: readonly ApiJob[]
  /** As `GET /v1/allocation/:id` gives them, or `GET /v1/allocations?resources=true` with `jobs` beside. */
  readonly allocations?: readonly { readonly ID: string; readonly [field: string]: unknown }[]
  /** As `GET /v1/deployments` gives them. */
  readonly deployments?: readonly { readonly JobID: string; readonly [field: string]: unknown }[]
  /** Dynamic host volumes, as `GET /v1/volume/host/:id` gives them. */
  readonly volumes?: readonly { readonly ID: string; readonly [field: string]: unknown }[]
  /** @default - binpack, preemption for system jobs */
  readonly schedulerConfig?: SchedulerConfig
}

/** A job to place: itself, or the ID of one of the cluster's jobs to look at again (after a node was lost, say). */
export type JobToPlan =
  | string
  | ApiJob
  | {
      readonly job: ApiJob
      /** The ID of the evaluation, from which Nomad's order of nodes follows. @default - derived from the seed */
      readonly evalId?: string
      /** The index of the state that the evaluation saw: the order of nodes follows from it as well. */
      readonly index?: number
    }

export interface PlanOptions {
  /**
   * Two plans with the same seed are the same; another seed gives another order of nodes.
   * @default 0
   */
  readonly seed?: number
  /** The time of the plan, in milliseconds. @default - now */
  readonly now?: number
  /**
   * Also process the evaluations that a plan brings about (jobs whose allocations were preempted).
   * @default true
   */
  readonly followUps?: boolean
  /** What the server knows besides the cluster. */
  readonly server?: Omit<ServerSettings, 'namespaces' | 'nodePools' | 'schedulerConfig'>
  /** Leave the jobs' differences out. @default false */
  readonly noDiff?: boolean
}

/** A node's score for one allocation. */
export interface NodeScore {
  readonly node: string
  readonly nodeName: string
  readonly scores: Readonly<Record<string, number>>
  readonly final: number
}

/** Why nodes were left out. */
export interface Evaluated {
  readonly evaluated: number
  readonly filtered: number
  readonly exhausted: number
  readonly available: Readonly<Record<string, number>>
  readonly filteredBy: Readonly<Record<string, number>>
  readonly exhaustedBy: Readonly<Record<string, number>>
  readonly filteredClasses: Readonly<Record<string, number>>
  readonly exhaustedClasses: Readonly<Record<string, number>>
}

export interface Placement extends Evaluated {
  readonly allocation: string
  /** `job.group[index]`. */
  readonly name: string
  readonly group: string
  readonly node: string
  readonly nodeName: string
  /** It takes the place of this allocation. */
  readonly previous?: string
  readonly ports: readonly {
    readonly label: string
    readonly value: number
    readonly to: number
    readonly address: string
  }[]
  /** The best nodes, at most five. */
  readonly scores: readonly NodeScore[]
  /** The allocations that must go for it. */
  readonly preempts: readonly string[]
}

export interface Failure extends Evaluated {
  readonly group: string
  /** How many allocations of the group have no place. */
  readonly count: number
}

export interface Stopped {
  readonly allocation: string
  readonly name: string
  readonly job: string
  readonly node: string
  readonly nodeName: string
  readonly reason: string
}

export interface JobPlan {
  readonly job: string
  readonly namespace: string
  readonly evalId: string
  /** The order in which nodes were tried follows from this and the evaluation's ID. */
  readonly index: number
  /** What brought the evaluation about: `job-register`, `preemption` ... */
  readonly triggeredBy: string
  readonly status: string
  readonly statusDescription: string
  /** An evaluation waits for room. */
  readonly blocked: boolean
  /** Nomad makes no evaluation: a periodic or parameterized job. */
  readonly notEvaluated: boolean
  readonly placements: readonly Placement[]
  readonly failures: readonly Failure[]
  readonly stopped: readonly Stopped[]
  readonly preempted: readonly Stopped[]
  /** Allocations updated in place. */
  readonly updated: readonly { readonly allocation: string; readonly name: string; readonly node: string }[]
  /** Counts by group: place, stop, migrate, inPlaceUpdate ... in Nomad's names. */
  readonly desired: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
  /** Nomad's difference, annotated with what it brings about. */
  readonly diff?: unknown
}

export interface Plan {
  readonly jobs: readonly JobPlan[]
  /** What each node has and what is taken of it, when all is placed. */
  readonly nodes: readonly {
    readonly node: string
    readonly nodeName: string
    readonly cpu: number
    readonly cpuUsed: number
    readonly memory: number
    readonly memoryUsed: number
    readonly disk: number
    readonly diskUsed: number
    readonly allocations: number
  }[]
}
