import type { Failure, JobPlan, JobToPlan, Plan } from 'nomad-engine'
import { isSystem, type JobView, keyOf } from './api'
import type { Missing, Preempted, Shortage } from './report'
import type { Scheduler } from './scheduler'
import { shortagesOf } from './shortage'
import type { State } from './state'

/** Why a group found no place, as it was when that was said. */
interface Verdict {
  readonly failure: Failure
  readonly shortages: readonly Shortage[]
}

/** What came of a plan. */
export interface Settled {
  readonly preempted: readonly Preempted[]
  /** What was said of groups without a place, by {@link groupKey}. */
  readonly verdicts: ReadonlyMap<string, Verdict>
}

const groupKey = (job: { readonly Namespace: string; readonly ID: string }, group: string) =>
  `${keyOf(job.Namespace, job.ID)}\u0000${group}`

/**
 * Brings a state to where a plan leaves it, one job after another, and works out meanwhile what those lack that found no
 * place: later jobs take room that was there before.
 */
export async function settle(plan: Plan, state: State, scheduler: Scheduler, seed: number): Promise<Settled> {
  const preempted: Preempted[] = []
  const verdicts = new Map<string, Verdict>()
  for (const one of plan.jobs) {
    preempted.push(...preemptedBy(one, state))
    state.apply(one)
    const job = state.job(one.namespace, one.job)
    if (!job) continue
    // A job that is looked at a second time, because something of it had to go, is told of anew.
    for (const { Name } of job.TaskGroups) verdicts.delete(groupKey(job, Name))
    for (const failure of one.failures) {
      const shortages = await shortagesOf(job, failure, state, scheduler, seed)
      verdicts.set(groupKey(job, failure.group), { failure, shortages })
    }
  }
  return { preempted, verdicts }
}

const preemptedBy = (plan: JobPlan, state: State): Preempted[] =>
  plan.preempted.map(({ allocation, name, node, nodeName }) => ({
    name,
    job: state.allocation(allocation)?.JobID ?? name,
    node: nodeName || (state.node(node)?.Name ?? node),
    by: plan.job,
  }))

/** How many of a group there should be: of a system job, those that are there and those that Nomad says have no room. */
export function wantedOf(job: JobView, group: string, state: State, { verdicts }: Settled): number {
  if (isSystem(job)) {
    return state.there(job, group).length + (verdicts.get(groupKey(job, group))?.failure.count ?? 0)
  }
  return job.TaskGroups.find(({ Name }) => Name === group)?.Count ?? 1
}

/**
 * What lacks of a job.
 * @param before the state in which it lacked what is nobody's fault now: of that, nothing is told
 */
export function missingOf(job: JobView, state: State, settled: Settled, before?: State): readonly Missing[] {
  return job.TaskGroups.flatMap(({ Name: group }) => {
    const wanted = wantedOf(job, group, state, settled)
    // Of a system job, those on a node that is lost are not wanted any more: `wantedOf` knows.
    const due = before && !isSystem(job) ? Math.min(wanted, before.there(job, group).length) : wanted
    const { failure, shortages = [] } = settled.verdicts.get(groupKey(job, group)) ?? {}
    // Where an update finds no room, Nomad leaves the old allocation: it is there, and yet something has no place.
    const kept = before ? 0 : (failure?.count ?? 0)
    const count = Math.max(due - state.there(job, group).length, kept)
    if (count <= 0) return []
    return [
      {
        job: job.ID,
        namespace: job.Namespace,
        group,
        count,
        wanted,
        evaluated: failure?.evaluated ?? 0,
        filteredBy: failure?.filteredBy ?? {},
        exhaustedBy: failure?.exhaustedBy ?? {},
        shortages,
      },
    ]
  })
}

/** Whether it is placed at once: not at some time, not when it is dispatched, not never again. */
export const isPlacedNow = ({ Periodic, ParameterizedJob, Stop, Status }: JobView): boolean =>
  (Periodic ?? null) === null && (ParameterizedJob ?? null) === null && Stop !== true && Status !== 'dead'

/**
 * A job of the cluster to look at again. The engine knows such a job by its ID, in the default namespace; one of another
 * is handed in as it is, which changes nothing of it.
 */
export const again = (job: JobView): JobToPlan => (job.Namespace === 'default' ? job.ID : { job })
