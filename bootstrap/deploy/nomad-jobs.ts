import { z } from 'zod'

const counts = z.looseObject({
  Running: z.number().default(0),
  Queued: z.number().default(0),
  Starting: z.number().default(0),
  Failed: z.number().default(0),
})
const job = z.looseObject({
  ID: z.string(),
  Type: z.string(),
  Status: z.string(),
  Stop: z.boolean().default(false),
  ParentID: z.string().default(''),
  JobModifyIndex: z.number(),
  JobSummary: z.looseObject({ Summary: z.record(z.string(), counts).nullable().default({}) }).nullish(),
})

/** A job as Nomad lists it. */
export interface NomadJob {
  readonly id: string
  readonly type: string
  readonly status: string
  /** Changes when the job's specification does. */
  readonly modifyIndex: number
  readonly running: number
  /** Allocations that are placed and on their way, or wait for a place. */
  readonly pending: number
}

/** Jobs that somebody deployed (not what they dispatched), by Nomad's API. */
export async function listJobs(env: Readonly<Record<string, string | undefined>>): Promise<NomadJob[]> {
  const response = await fetch(`${env.NOMAD_ADDR ?? ''}/v1/jobs`, {
    headers: { 'X-Nomad-Token': env.NOMAD_TOKEN ?? '' },
    signal: AbortSignal.timeout(5000),
  })
  if (!response.ok) throw new Error(`GET /v1/jobs: status ${response.status}`)
  const jobs = z.array(job).parse(await response.json())
  return jobs
    .filter(({ ParentID, Stop }) => ParentID === '' && !Stop)
    .map(({ ID, Type, Status, JobModifyIndex, JobSummary }) => {
      const groups = Object.values(JobSummary?.Summary ?? {})
      return {
        id: ID,
        type: Type,
        status: Status,
        modifyIndex: JobModifyIndex,
        running: groups.reduce((sum, group) => sum + group.Running, 0),
        pending: groups.reduce((sum, group) => sum + group.Queued + group.Starting, 0),
      }
    })
}

/** `mysql 2 of 3, cassandra 5`: what is on its way first; batch jobs only while they run. */
export function describeJobs(jobs: readonly NomadJob[]): string {
  return jobs
    .filter(({ type, running, pending }) => type !== 'batch' || running + pending > 0)
    .sort((a, b) => b.pending - a.pending)
    .map(({ id, running, pending }) => (pending > 0 ? `${id} ${running} of ${running + pending}` : `${id} ${running}`))
    .join(', ')
}
