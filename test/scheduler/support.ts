import { createHash } from 'node:crypto'
import type { ApiJob, Cluster, JobPlan, JobToPlan, Plan, PlanOptions, ShortNode } from 'nomad-engine'
import { type AllocationView, type GroupView, isLive, isSystem, type JobView } from '../../scheduler/placement/api'
import { askedBy, heldBy, nothing, plus } from '../../scheduler/placement/ask'
import { capacityOf, isReady } from '../../scheduler/placement/node-view'
import type { NodeView } from '../../scheduler/placement/api'
import type { Scheduler } from '../../scheduler/placement'

/** A job with one group and one task. */
export function job(ID: string, given: Record<string, unknown> = {}, group: Record<string, unknown> = {}): ApiJob {
  const { cpu = 100, memory = 100, ...rest } = group
  return {
    ID,
    Type: 'service',
    Priority: 50,
    TaskGroups: [{ Name: ID, Count: 1, ...rest, Tasks: [{ Name: 'main', Resources: { CPU: cpu, MemoryMB: memory } }] }],
    ...given,
  }
}

/** A plan about one job in which nothing happens. */
export const noPlan = (of: string): JobPlan => ({
  job: of,
  namespace: 'default',
  evalId: `eval-${of}`,
  index: 1,
  triggeredBy: 'job-register',
  status: 'complete',
  statusDescription: '',
  blocked: false,
  notEvaluated: false,
  placements: [],
  failures: [],
  stopped: [],
  preempted: [],
  updated: [],
  desired: {},
  warnings: [],
  errors: [],
})

/** What the fake was asked to plan. */
export interface Asked {
  readonly cluster: Cluster
  readonly jobs: readonly JobToPlan[]
  readonly options: PlanOptions
}

/** A scheduler in a few lines: the first node that has room gets the allocation. */
export class FirstFit implements Scheduler {
  readonly asked: Asked[] = []
  /** Changes what it answers. */
  edit: (plan: JobPlan, asked: Asked) => JobPlan = (plan) => plan

  nodes(nodes: Cluster['nodes']) {
    return Promise.resolve(
      nodes.map((node) => ('NodeResources' in node ? (node as NodeView) : expanded(node as ShortNode))),
    )
  }

  canonicalize(given: ApiJob) {
    return Promise.resolve({ Namespace: 'default', Type: 'service', Priority: 50, ...given })
  }

  plan(cluster: Cluster, jobs: readonly JobToPlan[], options: PlanOptions = {}): Promise<Plan> {
    const asked = { cluster, jobs, options }
    this.asked.push(asked)
    const allocations = [...((cluster.allocations ?? []) as unknown as AllocationView[])]
    const plans = jobs.map((one) => {
      const id = typeof one === 'string' ? one : String(('job' in one ? (one.job as ApiJob) : one).ID)
      const found = typeof one === 'string' ? cluster.jobs?.find(({ ID }) => ID === id) : 'job' in one ? one.job : one
      return this.edit(place(found as JobView, cluster.nodes as NodeView[], allocations, options.seed ?? 0), asked)
    })
    return Promise.resolve({ jobs: plans, nodes: [] })
  }
}

function expanded({ name = 'node', cpu, memory, status = 'ready' }: ShortNode): NodeView {
  return {
    ID: `id-${name}`,
    Name: name,
    Status: status,
    SchedulingEligibility: 'eligible',
    NodeResources: {
      Processors: { Topology: { OverrideTotalCompute: cpu, Cores: [] } },
      Memory: { MemoryMB: memory },
      Disk: { DiskMB: 10_000 },
    },
  }
}

function place(job: JobView, nodes: readonly NodeView[], allocations: AllocationView[], seed: number): JobPlan {
  if ((job.ParameterizedJob ?? job.Periodic ?? null) !== null) return { ...noPlan(job.ID), notEvaluated: true }
  const ready = nodes.filter(isReady)
  const gone = allocations.filter((a) => a.JobID === job.ID && !ready.some(({ ID }) => ID === a.NodeID))
  for (const one of gone) allocations.splice(allocations.indexOf(one), 1)
  const placements: unknown[] = []
  const failures: unknown[] = []
  for (const group of job.TaskGroups) {
    const mine = allocations.filter((a) => a.JobID === job.ID && a.TaskGroup === group.Name)
    const targets = isSystem(job)
      ? ready.filter(({ ID }) => !mine.some(({ NodeID }) => NodeID === ID)).map((node) => [node])
      : Array.from({ length: (group.Count ?? 1) - mine.length }, () => ready)
    let failed = 0
    for (const [index, candidates] of targets.entries()) {
      const node = candidates.find((one) => hasRoom(one, group, allocations))
      if (!node) {
        failed++
        continue
      }
      const made = allocation(job, group, index, node, seed)
      allocations.push(made)
      placements.push({
        allocation: made.ID,
        name: made.Name,
        group: group.Name,
        node: node.ID,
        nodeName: node.Name,
        ports: [],
      })
    }
    if (failed > 0) {
      failures.push({
        group: group.Name,
        count: failed,
        evaluated: ready.length,
        filteredBy: {},
        exhaustedBy: { memory: ready.length },
      })
    }
  }
  const stopped = gone.map((a) => ({
    allocation: a.ID,
    name: a.Name,
    job: a.JobID,
    node: a.NodeID,
    nodeName: '',
    reason: 'lost',
  }))
  return { ...noPlan(job.ID), placements, failures, stopped } as JobPlan
}

function hasRoom(node: NodeView, group: GroupView, allocations: readonly AllocationView[]): boolean {
  const on = allocations.filter((a) => isLive(a) && a.NodeID === node.ID)
  const used = on.reduce((sum, a) => plus(sum, heldBy(a.AllocatedResources)), nothing)
  const [has, asked] = [capacityOf(node), askedBy(group, 0)]
  return used.memory + asked.memory <= has.memory && used.cpu + asked.cpu <= has.cpu
}

function allocation(job: JobView, group: GroupView, index: number, node: NodeView, seed: number): AllocationView {
  const ID = createHash('sha256').update(`${seed} ${job.ID} ${group.Name} ${index} ${node.ID}`).digest('hex')
  const asked = askedBy(group, 0)
  return {
    ID,
    Name: `${job.ID}.${group.Name}[${index}]`,
    NodeID: node.ID,
    JobID: job.ID,
    Namespace: 'default',
    TaskGroup: group.Name,
    DesiredStatus: 'run',
    ClientStatus: 'running',
    AllocatedResources: {
      Tasks: { main: { Cpu: { CpuShares: asked.cpu }, Memory: { MemoryMB: asked.memory } } },
      Shared: { DiskMB: asked.disk },
    },
  }
}
