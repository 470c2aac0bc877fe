import { isSystem, type NodeView } from './api'
import { isReady } from './node-view'
import { byPriority } from './order'
import { PlannerError } from './problem'
import type { Losing, Loss } from './report'
import { type Scheduler, seeds } from './scheduler'
import { again, isPlacedNow, missingOf, settle } from './settle'
import type { State } from './state'

/** The most ways to lose nodes that are tried, each with a plan of its own. */
const MOST_WAYS = 500

/**
 * What it would mean to lose nodes.
 * @param asked how many at once, in every way there is; or the names of those that are lost together
 * @throws PlannerError for more nodes than there are, an unknown name, and for more than 500 ways
 */
export async function loseNodes(
  asked: number | readonly string[],
  state: State,
  scheduler: Scheduler,
  seed: number,
): Promise<Losing> {
  const ready = state.nodes.filter(isReady)
  const ways = typeof asked === 'number' ? combinations(ready, asked) : [named(ready, asked)]
  const losses: Loss[] = []
  for (const lost of ways) losses.push(await lose(lost, state, scheduler, seed))
  const [first, ...others] = losses
  if (!first) throw new Error('no way to lose a node')
  const worst = others.reduce((a, b) => (worse(b, a) ? b : a), first)
  return { count: typeof asked === 'number' ? asked : asked.length, losses, worst }
}

async function lose(lost: readonly NodeView[], before: State, scheduler: Scheduler, seed: number): Promise<Loss> {
  const ids = new Set(lost.map(({ ID }) => ID))
  const gone = before.live.filter(({ NodeID }) => ids.has(NodeID))
  const jobs = before.allJobs.filter(isPlacedNow)
  const concerned = byPriority(jobs.filter((j) => gone.some((a) => a.JobID === j.ID && a.Namespace === j.Namespace)))
  const state = before.without(lost)
  const plan = await scheduler.plan(state.toCluster(), concerned.map(again), {
    noDiff: true,
    seed: seeds.afterLoss(seed),
  })
  const settled = await settle(plan, state, scheduler, seed)
  // Of all jobs: some may have to go for what is placed anew.
  const missing = jobs.flatMap((job) => missingOf(job, state, settled, before))
  const covered = gone.filter(({ Namespace, JobID }) => {
    const job = before.job(Namespace, JobID)
    return job !== undefined && isSystem(job)
  }).length
  const [tightest] = state.nodes
    .filter(isReady)
    .map((node) => ({ node: node.Name, freeMemory: state.freeOf(node).memory }))
    .sort((a, b) => a.freeMemory - b.freeMemory)
  return {
    nodes: lost.map(({ Name }) => Name),
    moved: plan.jobs.reduce((sum, { placements }) => sum + placements.length, 0),
    covered,
    missing,
    preempted: settled.preempted,
    tightest,
  }
}

const missingCount = ({ missing }: Loss): number => missing.reduce((sum, { count }) => sum + count, 0)

function worse(a: Loss, b: Loss): boolean {
  const difference = missingCount(a) - missingCount(b)
  if (difference !== 0) return difference > 0
  return (a.tightest?.freeMemory ?? 0) < (b.tightest?.freeMemory ?? 0)
}

function combinations(nodes: readonly NodeView[], count: number): readonly (readonly NodeView[])[] {
  if (!Number.isInteger(count) || count < 1 || count >= nodes.length) {
    throw new PlannerError({
      what: 'so many nodes can not be lost',
      given: `losing ${count} of ${nodes.length} nodes that Nomad places anything on`,
      allowed: nodes.length > 1 ? `a whole number from 1 to ${nodes.length - 1}` : 'nothing: there is no other node',
      do: 'ask for fewer, or of a cluster with more nodes',
    })
  }
  let ways = 1
  for (let i = 0; i < count; i++) ways = (ways * (nodes.length - i)) / (i + 1)
  if (ways > MOST_WAYS) {
    throw new PlannerError({
      what: 'there are too many ways to lose nodes: each needs a plan of its own',
      given: `losing ${count} of ${nodes.length} nodes: ${Math.round(ways)} ways`,
      allowed: `at most ${MOST_WAYS} ways`,
      do: `ask for fewer at once, or for those that share something, by name: losing: ['${nodes[0]?.Name ?? ''}', ...]`,
    })
  }
  return choose(nodes, count)
}

function choose<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return items.flatMap((item, i) => choose(items.slice(i + 1), count - 1).map((rest) => [item, ...rest]))
}

function named(nodes: readonly NodeView[], names: readonly string[]): readonly NodeView[] {
  const found = names.map((name) => nodes.find(({ Name, ID }) => Name === name || ID === name))
  const unknown = names.filter((_, index) => found[index] === undefined)
  if (unknown.length > 0 || names.length === 0) {
    throw new PlannerError({
      what: names.length === 0 ? 'no node is named that is lost' : 'a node that is not there can not be lost',
      given: names.length === 0 ? 'nothing' : unknown.map((name) => `'${name}'`).join(', '),
      allowed: nodes.map(({ Name }) => `'${Name}'`).join(', '),
      do: 'name nodes that Nomad places something on, by name or ID',
    })
  }
  return found.filter((node) => node !== undefined)
}
