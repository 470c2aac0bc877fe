import type { IConstruct } from 'constructs'
import type { Finding } from '../errors'
import { isConstruct } from '../host'
import { Job } from '../job'
import type { JobSpec } from '../spec'

/** A job as it will be sent. */
export interface SynthesizedJob {
  /** As it stands in `nomad_job.jobspec`. */
  readonly hcl: string
  /** As plain data, by Nomad's own names. */
  readonly spec: JobSpec
  /** What is wrong or doubtful. */
  readonly findings: readonly Finding[]
}

/** Renders a job without writing anything. */
export function synthJob(job: Job): SynthesizedJob {
  return { hcl: job.render().hcl, spec: job.toSpec(), findings: job.findings() }
}

/** Every job at or below a construct. */
export function jobsOf(scope: IConstruct): Job[] {
  return scope.node.findAll().filter((construct): construct is Job => construct instanceof Job)
}

/** Every job at or below what an assertion is about: none, where that is no construct. */
export function jobsBelow(subject: unknown): Job[] {
  return isConstruct(subject) ? jobsOf(subject) : []
}
