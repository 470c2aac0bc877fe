import type { ApiJob, Cluster } from 'nomad-engine'
import { isSystem, type GroupView } from './api'
import { waitsFor } from './dispatch'
import { type FitOptions, plan } from './plan'
import { PlannerError } from './problem'

/** Of which group, beside which others. */
export interface HowManyMoreOptions extends FitOptions {
  /** The job's ID. */
  readonly job: string
  /** @default - the job's only group */
  readonly group?: string
  /** Where to stop counting. @default 1000 */
  readonly most?: number
}

/**
 * How many more allocations of a group fit beside all that the jobs ask for already, also after the losses that are asked
 * about. Found by doubling and then by halves: as if what fits with many also fits with fewer.
 * @returns a whole number, at most `most`; -1 where not even what the jobs ask for fits
 * @throws PlannerError for an unknown job or group, for a system job, which has one on each node, and for one that waits to
 *   be dispatched
 */
export async function howManyMore(
  jobs: readonly ApiJob[],
  cluster: Cluster,
  options: HowManyMoreOptions,
): Promise<number> {
  const { most = 1000, ...rest } = options
  const { job, group } = find(jobs, options)
  const fits = async (more: number) => {
    const larger = jobs.map((one) => (one === job ? withMore(job, group, more) : one))
    return (await plan(larger, cluster, rest)).fits
  }
  if (!(await fits(0))) return -1
  let [fitting, step] = [0, 1]
  while (fitting < most && (await fits(Math.min(most, fitting + step)))) {
    fitting = Math.min(most, fitting + step)
    step *= 2
  }
  if (fitting === most) return most
  let failing = Math.min(most, fitting + step)
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2)
    if (await fits(middle)) fitting = middle
    else failing = middle
  }
  return fitting
}

const groupsOf = (job: ApiJob): readonly GroupView[] => (job['TaskGroups'] ?? []) as readonly GroupView[]

function withMore(job: ApiJob, group: GroupView, more: number): ApiJob {
  const grown = { ...group, Count: (group.Count ?? 1) + more }
  return { ...job, TaskGroups: groupsOf(job).map((one) => (one === group ? grown : one)) }
}

function find(jobs: readonly ApiJob[], asked: HowManyMoreOptions): { job: ApiJob; group: GroupView } {
  const job = jobs.find(({ ID }) => ID === asked.job)
  const countable = jobs.filter((one) => !isSystem({ Type: String(one['Type'] ?? 'service') }) && !waitsFor(one))
  const groups = job ? groupsOf(job) : []
  const group = groups.find(({ Name }) => (asked.group === undefined ? groups.length === 1 : Name === asked.group))
  if (job && group && countable.includes(job)) return { job, group }
  const given = asked.group === undefined ? `'${asked.job}'` : `'${asked.job}', group '${asked.group}'`
  if (job && countable.includes(job)) {
    throw new PlannerError({
      what: asked.group === undefined ? 'which of its groups is meant?' : 'the job has no such group',
      given,
      allowed: groups.map(({ Name }) => `'${Name}'`).join(', '),
      do: 'name one of the groups',
    })
  }
  const system = 'a system job has one allocation on each node: there can not be more'
  const waits = 'a job that waits to be dispatched, or for its time, has no allocations to count'
  throw new PlannerError({
    what: job ? (waitsFor(job) ? waits : system) : 'there is no such job',
    given,
    allowed: countable.map(({ ID }) => `'${String(ID)}'`).join(', ') || 'nothing: no job has a count',
    do: job ? 'ask for a job with a count, or for a cluster with more nodes' : 'name one of the jobs that are planned',
  })
}
