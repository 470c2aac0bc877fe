import type { Cluster, JobPlan } from 'nomad-engine'
import { allocationOf, type FreeCores, updatedAllocation } from './allocation'
import { type AllocationView, type ApiCluster, isBatch, isLive, type JobView, keyOf, type NodeView } from './api'
import { type Amount, heldBy, nothing, plus } from './ask'
import { capacityOf, coresOf, expand } from './node-view'
import type { Scheduler } from './scheduler'

/** A cluster at one moment: what a plan changes, so that the next question is asked of what came of it. */
export class State {
  private readonly jobs: Map<string, JobView>
  private readonly allocations: Map<string, AllocationView>
  private readonly byId: ReadonlyMap<string, NodeView>

  private constructor(
    readonly nodes: readonly NodeView[],
    jobs: Iterable<JobView>,
    allocations: Iterable<AllocationView>,
    private readonly rest: Omit<Cluster, 'nodes' | 'jobs' | 'allocations'>,
  ) {
    this.jobs = new Map([...jobs].map((job) => [keyOf(job.Namespace, job.ID), job]))
    this.allocations = new Map([...allocations].map((allocation) => [allocation.ID, allocation]))
    this.byId = new Map(nodes.map((node) => [node.ID, node]))
  }

  /** A cluster of nodes in a few words, or as Nomad's API gives it. */
  static async of(cluster: Cluster, scheduler: Scheduler): Promise<State> {
    const { nodes, jobs = [], allocations = [], ...rest } = cluster
    return new State(
      await expand(nodes, scheduler),
      jobs as readonly JobView[],
      allocations as unknown as readonly AllocationView[],
      rest,
    )
  }

  /** One that can be changed without changing this. */
  copy(): State {
    return new State(this.nodes, this.jobs.values(), this.allocations.values(), this.rest)
  }

  /** The same with these nodes down. */
  without(lost: readonly NodeView[]): State {
    const ids = new Set(lost.map(({ ID }) => ID))
    const nodes = this.nodes.map((node) => (ids.has(node.ID) ? { ...node, Status: 'down' } : node))
    return new State(nodes, this.jobs.values(), this.allocations.values(), this.rest)
  }

  /** As the scheduler takes it. */
  toCluster(): ApiCluster {
    return {
      ...this.rest,
      nodes: this.nodes,
      jobs: [...this.jobs.values()],
      allocations: [...this.allocations.values()],
    }
  }

  /** All jobs that are known, stopped ones too. */
  get allJobs(): readonly JobView[] {
    return [...this.jobs.values()]
  }

  job(namespace: string, id: string): JobView | undefined {
    return this.jobs.get(keyOf(namespace, id))
  }

  /** A job as the server would store it; it takes the place of one with its ID. */
  put(job: JobView): void {
    this.jobs.set(keyOf(job.Namespace, job.ID), job)
  }

  /** What a plan decided about one job. */
  apply(plan: JobPlan): void {
    for (const { allocation } of [...plan.stopped, ...plan.preempted]) this.allocations.delete(allocation)
    const job = this.job(plan.namespace, plan.job)
    if (!job) return
    for (const { allocation, node } of plan.updated) {
      const old = this.allocations.get(allocation)
      if (!old) continue
      // Its own cores are free for itself.
      this.allocations.delete(allocation)
      this.allocations.set(
        allocation,
        updatedAllocation(job, old, () => this.freeCores(node)),
      )
    }
    for (const placement of plan.placements) {
      const allocation = allocationOf(job, plan, placement, () => this.freeCores(placement.node))
      this.allocations.set(allocation.ID, allocation)
    }
  }

  allocation(id: string): AllocationView | undefined {
    return this.allocations.get(id)
  }

  /** Allocations that hold what they have. */
  get live(): readonly AllocationView[] {
    return [...this.allocations.values()].filter(isLive)
  }

  /** Allocations of a group that are there: those that run, and those of a batch job that did what they had to. */
  there(job: JobView, group: string): readonly AllocationView[] {
    return [...this.allocations.values()].filter(
      (a) =>
        a.JobID === job.ID &&
        a.Namespace === job.Namespace &&
        a.TaskGroup === group &&
        (isLive(a) || (isBatch(job) && a.ClientStatus === 'complete')),
    )
  }

  node(id: string): NodeView | undefined {
    return this.byId.get(id)
  }

  /** What is taken of a node. */
  usedOf(node: NodeView): Amount {
    return this.live
      .filter(({ NodeID }) => NodeID === node.ID)
      .reduce((sum, { AllocatedResources }) => plus(sum, heldBy(AllocatedResources)), nothing)
  }

  /** What is left of a node. */
  freeOf(node: NodeView): Amount {
    const [has, used] = [capacityOf(node), this.usedOf(node)]
    return { cpu: has.cpu - used.cpu, memory: has.memory - used.memory, disk: has.disk - used.disk }
  }

  private freeCores(id: string): FreeCores {
    const node = this.byId.get(id)
    const cores = node ? coresOf(node) : []
    const taken = new Set(
      this.live
        .filter(({ NodeID }) => NodeID === id)
        .flatMap(({ AllocatedResources: { Tasks } }) =>
          Object.values(Tasks).flatMap(({ Cpu }) => Cpu.ReservedCores ?? []),
        ),
    )
    return { ids: cores.map((core) => core.id).filter((core) => !taken.has(core)), mhz: cores[0]?.mhz ?? 0 }
  }
}
