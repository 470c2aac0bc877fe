import type { JobPlan, Placement } from 'nomad-engine'
import type { AllocatedView, AllocationView, GroupView, JobView } from './api'
import { PlannerError } from './problem'

/** Cores of a node that are still nobody's, and how fast they are. */
export interface FreeCores {
  readonly ids: readonly number[]
  /** MHz of one. */
  readonly mhz: number
}

/**
 * A placement as the allocation that it becomes, so that the cluster can be asked again with it. A plan says where an
 * allocation goes and which ports it has; its shares follow from the job.
 */
export function allocationOf(
  job: JobView,
  plan: JobPlan,
  placement: Placement,
  cores: () => FreeCores,
): AllocationView {
  const group = groupOf(job, placement.group)
  return {
    ID: placement.allocation,
    Name: placement.name,
    EvalID: plan.evalId,
    NodeID: placement.node,
    NodeName: placement.nodeName,
    JobID: job.ID,
    Namespace: job.Namespace,
    TaskGroup: placement.group,
    DesiredStatus: 'run',
    ClientStatus: 'running',
    // As after a deployment that succeeded: an allocation that isn't healthy yet would hold a rolling update up.
    DeploymentStatus: { Healthy: true },
    AllocatedResources: {
      ...resourcesOf(job, group, cores),
      Shared: {
        DiskMB: group.EphemeralDisk?.SizeMB ?? 300,
        Ports: placement.ports.map(({ label, value, to, address }) => ({
          Label: label,
          Value: value,
          To: to,
          HostIP: address,
        })),
      },
    },
  }
}

/** The shares of an allocation that was updated where it is; its ports stay. */
export function updatedAllocation(job: JobView, old: AllocationView, cores: () => FreeCores): AllocationView {
  const group = groupOf(job, old.TaskGroup)
  return {
    ...old,
    AllocatedResources: { ...resourcesOf(job, group, cores), Shared: old.AllocatedResources.Shared },
  }
}

/** A group of the job by its name. */
export function groupOf(job: JobView, name: string): GroupView {
  const group = job.TaskGroups.find((one) => one.Name === name)
  if (!group) throw new Error(`job ${job.ID} has no group ${name}, although Nomad placed it`)
  return group
}

function resourcesOf(
  job: JobView,
  group: GroupView,
  cores: () => FreeCores,
): Pick<AllocatedView, 'Tasks' | 'TaskLifecycles'> {
  const wanted = (group.Tasks ?? []).some(({ Resources }) => Resources?.Cores)
  const { ids, mhz } = wanted ? cores() : { ids: [], mhz: 0 }
  const free = [...ids]
  const tasks = (group.Tasks ?? []).map(({ Name, Resources }) => {
    if ((Resources?.Devices ?? []).length > 0) throw devices(job, group, Name)
    const own = free.splice(0, Resources?.Cores ?? 0)
    const cpu = own.length > 0 ? own.length * mhz : (Resources?.CPU ?? 100)
    return [
      Name,
      {
        Cpu: { CpuShares: cpu, ReservedCores: own.length > 0 ? own : null },
        Memory: { MemoryMB: Resources?.MemoryMB ?? 300, MemoryMaxMB: Resources?.MemoryMaxMB ?? 0 },
      },
    ] as const
  })
  return {
    Tasks: Object.fromEntries(tasks),
    TaskLifecycles: Object.fromEntries((group.Tasks ?? []).map(({ Name, Lifecycle }) => [Name, Lifecycle ?? null])),
  }
}

function devices(job: JobView, group: GroupView, task: string): PlannerError {
  return new PlannerError({
    what: `${job.ID}/${group.Name}/${task}: which device an allocation gets, a plan does not say, so nothing can be asked after it`,
    given: 'a task with a `device` block',
    allowed: 'jobs without devices',
    do: 'ask about the other jobs, and look at those with devices by `nomad job plan`',
  })
}
