import type { ApiJob, ApiNode, Cluster } from 'nomad-engine'

// Views on what Nomad's API calls jobs, nodes and allocations: only what is read here.

/** What a task asks for. */
export interface AskedResources {
  /** MHz. */
  readonly CPU?: number | null
  /** Whole cores, in place of MHz. */
  readonly Cores?: number | null
  /** MB. */
  readonly MemoryMB?: number | null
  /** MB that it may use where the cluster has oversubscription on; not counted when it is placed. */
  readonly MemoryMaxMB?: number | null
  readonly Devices?: readonly unknown[] | null
}

/** When a task runs. */
export interface TaskLifecycle {
  readonly Hook: string
  readonly Sidecar?: boolean
}

/** A task of a job. */
export interface TaskView {
  readonly Name: string
  readonly Resources?: AskedResources | null
  readonly Lifecycle?: TaskLifecycle | null
  readonly [field: string]: unknown
}

/** A constraint of a job, group or task. */
export interface ConstraintView {
  readonly LTarget?: string
  readonly RTarget?: string
  readonly Operand?: string
}

/** A group of a job. */
export interface GroupView {
  readonly Name: string
  readonly Count?: number | null
  readonly Tasks?: readonly TaskView[] | null
  readonly Constraints?: readonly ConstraintView[] | null
  readonly EphemeralDisk?: { readonly SizeMB?: number | null } | null
  readonly [field: string]: unknown
}

/** A job as the server stores it. */
export interface JobView extends ApiJob {
  readonly ID: string
  readonly Namespace: string
  readonly Type: string
  readonly Priority: number
  readonly Stop?: boolean
  readonly Status?: string
  readonly TaskGroups: readonly GroupView[]
  readonly Constraints?: readonly ConstraintView[] | null
  readonly Periodic?: unknown
  readonly ParameterizedJob?: unknown
}

/** A node as the server stores it. */
export interface NodeView extends ApiNode {
  readonly Name: string
  readonly Status: string
  readonly SchedulingEligibility: string
}

/** What an allocation has of a node. */
export interface AllocatedView {
  readonly Tasks: Readonly<
    Record<
      string,
      {
        readonly Cpu: { readonly CpuShares: number; readonly ReservedCores?: readonly number[] | null }
        readonly Memory: { readonly MemoryMB: number; readonly MemoryMaxMB?: number }
        readonly Networks?: unknown
        readonly Devices?: unknown
      }
    >
  >
  readonly TaskLifecycles?: Readonly<Record<string, TaskLifecycle | null>> | null
  readonly Shared: { readonly DiskMB: number; readonly Ports?: readonly unknown[] | null }
}

/** An allocation as the server stores it. */
export interface AllocationView {
  readonly ID: string
  /** `job.group[index]`. */
  readonly Name: string
  readonly NodeID: string
  readonly JobID: string
  readonly Namespace: string
  readonly TaskGroup: string
  readonly DesiredStatus: string
  readonly ClientStatus: string
  readonly AllocatedResources: AllocatedView
  readonly [field: string]: unknown
}

/** What jobs are placed on, in the API's own form. */
export interface ApiCluster extends Cluster {
  readonly nodes: readonly NodeView[]
  readonly jobs: readonly JobView[]
  readonly allocations: readonly AllocationView[]
}

/** Whether it holds what it has: Nomad's `TerminalStatus`, turned round. */
export const isLive = ({ DesiredStatus, ClientStatus }: AllocationView): boolean =>
  DesiredStatus !== 'stop' && DesiredStatus !== 'evict' && !['complete', 'failed', 'lost'].includes(ClientStatus)

/** A job's key among those of all namespaces. */
export const keyOf = (namespace: string, id: string): string => `${namespace}\u0000${id}`

/** Whether a job runs once on each node that suits it. */
export const isSystem = ({ Type }: { readonly Type: string }): boolean => Type === 'system' || Type === 'sysbatch'

/** Whether a job ends by itself. */
export const isBatch = ({ Type }: { readonly Type: string }): boolean => Type === 'batch' || Type === 'sysbatch'
