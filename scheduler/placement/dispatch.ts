import type { ApiJob } from 'nomad-engine'
import { PlannerError } from './problem'

/** What a job waits for. */
export const waitsFor = (job: ApiJob): 'parameterized' | 'periodic' | undefined => {
  if ((job['ParameterizedJob'] ?? null) !== null) return 'parameterized'
  return (job['Periodic'] ?? null) === null ? undefined : 'periodic'
}

/**
 * Jobs with one run of those that are named: what a dispatch, or its time, makes of a parameterized or periodic job.
 * A name that is there twice is run twice.
 * @throws PlannerError for a name that no such job has
 */
export function withDispatched(jobs: readonly ApiJob[], names: readonly string[]): readonly ApiJob[] {
  const waiting = jobs.filter((job) => waitsFor(job) !== undefined)
  const runs = names.map((name, index): ApiJob => {
    const job = waiting.find(({ ID }) => ID === name)
    if (!job) {
      throw new PlannerError({
        what: 'only a parameterized or a periodic job can be dispatched',
        given: `'${name}'`,
        allowed: waiting.map(({ ID }) => `'${String(ID)}'`).join(', ') || 'nothing: there is no such job',
        do: 'name one of these; all other jobs are placed anyway',
      })
    }
    const number = names.slice(0, index).filter((before) => before === name).length + 1
    const id = `${name}/${waitsFor(job) === 'periodic' ? 'periodic' : 'dispatch'}-${number}`
    return { ...job, ID: id, Name: id, ParentID: name, ParameterizedJob: null, Periodic: null }
  })
  return [...jobs, ...runs]
}
