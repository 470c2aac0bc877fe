import type { Failure } from 'nomad-engine'
import { groupOf } from './allocation'
import { type ConstraintView, type GroupView, isSystem, type JobView, type NodeView } from './api'
import { type Amount, askedBy } from './ask'
import { coresOf, isReady } from './node-view'
import type { Shortage } from './report'
import { type Scheduler, seeds } from './scheduler'
import type { State } from './state'

/** Dimensions that more of a node would help against. */
const sizes = ['memory', 'cpu', 'disk', 'cores']

/**
 * By how much the nodes are short that suit a group but for their size, the best first. Nomad says how many nodes lacked
 * what, but neither which nor by how much.
 * @param state as it was when Nomad found no place
 */
export async function shortagesOf(
  job: JobView,
  failure: Failure,
  state: State,
  scheduler: Scheduler,
  seed: number,
): Promise<readonly Shortage[]> {
  if (!Object.keys(failure.exhaustedBy).some((dimension) => sizes.includes(dimension))) return []
  const group = groupOf(job, failure.group)
  const suitable = await suitableNodes(job, group, state, scheduler, seed)
  return suitable
    .map((node) => shortage(node, askedBy(group, coresOf(node)[0]?.mhz ?? 0), state.freeOf(node)))
    .filter(({ short }) => short.cpu > 0 || short.memory > 0 || short.disk > 0)
    .sort((a, b) => badness(a) - badness(b))
}

function shortage(node: NodeView, asked: Amount, free: Amount): Shortage {
  const lacks = (dimension: keyof Amount) => Math.max(0, asked[dimension] - free[dimension])
  return { node: node.Name, asked, free, short: { cpu: lacks('cpu'), memory: lacks('memory'), disk: lacks('disk') } }
}

/** The part of what is asked for that lacks, of what lacks most. */
const badness = ({ asked, short }: Shortage): number =>
  Math.max(...(['cpu', 'memory', 'disk'] as const).map((dimension) => short[dimension] / Math.max(1, asked[dimension])))

async function suitableNodes(
  job: JobView,
  group: GroupView,
  state: State,
  scheduler: Scheduler,
  seed: number,
): Promise<readonly NodeView[]> {
  const ready = state.nodes.filter(isReady)
  const plan = await scheduler.plan(state.toCluster(), [probe(job, group)], {
    noDiff: true,
    followUps: false,
    seed: seeds.probe(seed),
  })
  const found = new Set(plan.jobs.flatMap(({ placements }) => placements.map(({ node }) => node)))
  const occupied = occupiedNodes(job, group, state)
  const suitable = ready.filter(({ ID }) => found.has(ID) && !occupied.has(ID))
  // Where not even the smallest allocation finds room, nobody but Nomad knows which node would suit.
  return suitable.length > 0 ? suitable : ready.filter(({ ID }) => !occupied.has(ID))
}

/**
 * A job that Nomad places on each node that the group's constraints, drivers, volumes and ports allow: the group as a
 * system job that asks for next to nothing, and for which nobody has to go.
 */
function probe(job: JobView, group: GroupView): JobView {
  return {
    ...job,
    ...withoutPreferences,
    ID: `${job.ID}-probe`,
    Name: `${job.ID}-probe`,
    Type: 'system',
    Priority: 1,
    Periodic: null,
    ParameterizedJob: null,
    TaskGroups: [
      {
        ...group,
        ...withoutPreferences,
        Count: 1,
        EphemeralDisk: { SizeMB: 10 },
        Tasks: (group.Tasks ?? []).map((task) => ({
          ...task,
          Affinities: null,
          Resources: { ...task.Resources, CPU: 1, Cores: 0, MemoryMB: 10, MemoryMaxMB: 0 },
        })),
      },
    ],
  }
}

/** What a system job can't have. */
const withoutPreferences = {
  Affinities: null,
  Spreads: null,
  Update: null,
  ReschedulePolicy: null,
  Migrate: null,
  Scaling: null,
  Disconnect: null,
}

/** Nodes where the group can't be again: it has one there, or its job has, which wants distinct hosts. */
function occupiedNodes(job: JobView, group: GroupView, state: State): ReadonlySet<string> {
  const mine = state.live.filter((a) => a.JobID === job.ID && a.Namespace === job.Namespace)
  const together = mine.filter(({ TaskGroup }) => TaskGroup === group.Name)
  if (distinctHosts(job.Constraints)) return new Set(mine.map(({ NodeID }) => NodeID))
  return new Set(isSystem(job) || distinctHosts(group.Constraints) ? together.map(({ NodeID }) => NodeID) : [])
}

const distinctHosts = (constraints: readonly ConstraintView[] | null | undefined): boolean =>
  (constraints ?? []).some(({ Operand, RTarget }) => Operand === 'distinct_hosts' && RTarget !== 'false')
