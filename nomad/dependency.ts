import { NomadConstructsError } from './errors'
import type { Job } from './job'
import { isBefore, newestVersion, type NomadVersion } from './version'

/** How far another job must have come. */
export type Until = 'registered' | 'healthy' | 'complete'

/** What another job or stack must have reached. */
export interface DependsOnOptions {
  /**
   * `registered`: Nomad knows it. `healthy`: its deployment succeeded, and where a job has none, its allocations run.
   * `complete`: all its allocations have ended well.
   * @default - 'complete' for batch and sysbatch jobs, 'healthy' for service and system jobs, 'registered' for periodic
   * and parameterized ones
   */
  readonly until?: Until
}

/**
 * Until when a job is waited for.
 * @throws NomadConstructsError for a state that such a job never reaches
 */
export function untilOf(job: Job, other: Job, asked: Until | undefined): Until {
  const isBatch = other.type === 'batch' || other.type === 'sysbatch'
  const runs = other.props.periodic === undefined && other.props.parameterized === undefined
  const natural: Until = isBatch ? (runs ? 'complete' : 'registered') : 'healthy'
  if (asked === undefined || asked === 'registered' || asked === natural) return asked ?? natural
  throw new NomadConstructsError({
    rule: 'depends-on-never',
    level: 'error',
    path: job.node.path,
    problem: `the job would wait for ever: a ${isBatch && !runs ? 'periodic or parameterized' : other.type} job never is ${asked}`,
    given: `dependsOn('${other.jobId}', { until: '${asked}' })`,
    allowed: natural === 'registered' ? `'registered'` : `'registered' or '${natural}'`,
    do: 'take one of these',
  })
}

/**
 * Whether Terraform's provider itself waits so long: for deployments of jobs that are not detached. Before Nomad 1.11
 * system jobs had none.
 */
export function providerWaits(other: Job, until: Until, version: NomadVersion = newestVersion): boolean {
  if (until === 'registered') return true
  return until === 'healthy' && !other.detach && !(other.type === 'system' && isBefore(version, '1.11'))
}

/** The error of a job that waits for itself, with all that are between. */
export function cycle(job: Job, others: readonly Job[]): NomadConstructsError {
  const names = [job, ...others].map((j) => `'${j.jobId}'`)
  return new NomadConstructsError({
    rule: 'dependency-cycle',
    level: 'error',
    path: job.node.path,
    problem: 'the jobs wait for each other',
    given: names.join(' waits for '),
    do: 'drop one of the dependencies',
  })
}

/** The jobs from one to another along what they wait for, both included. */
export function wayTo(from: Job, to: Job, next: (job: Job) => readonly Job[]): readonly Job[] | undefined {
  const seen = new Set<Job>()
  const search = (job: Job): readonly Job[] | undefined => {
    if (job === to) return [job]
    if (seen.has(job)) return undefined
    seen.add(job)
    for (const other of next(job)) {
      const rest = search(other)
      if (rest) return [job, ...rest]
    }
    return undefined
  }
  return search(from)
}
