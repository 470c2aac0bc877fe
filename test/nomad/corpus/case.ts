import type { JobSpec, ServiceCheckSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../../../nomad/spec'

/** A job that breaks one rule, beside one that is nearly the same and doesn't. */
export interface BadJob {
  readonly rule: string
  /** Where it is found, below the job's own path. */
  readonly at: string
  readonly bad: JobSpec
  readonly good: JobSpec
  /** Terraform doesn't wait for it. */
  readonly detach: boolean
}

/** What surrounds the bad part, in the bad and in the good job. */
export interface Around {
  readonly job?: Partial<JobSpec>
  readonly group?: Partial<TaskGroupSpec>
  readonly task?: Partial<TaskSpec>
  readonly service?: Partial<ServiceSpec>
  readonly detach?: boolean
}

/** The smallest job that no rule finds anything in, with changes. */
export function jobSpec({ job, group, task }: Around = {}): JobSpec {
  return {
    id: 'job',
    ...job,
    group: job?.group ?? [
      {
        name: 'web',
        ...group,
        task: group?.task ?? [
          {
            name: 'server',
            driver: 'docker',
            config: { image: 'web:1' },
            resources: { cpu: 100, memory: 64 },
            ...task,
          },
        ],
      },
    ],
  }
}

/** A second task beside the usual one. */
export function taskNamed(name: string, task: Partial<TaskSpec> = {}): TaskSpec {
  return { name, driver: 'docker', config: { image: 'web:1' }, resources: { cpu: 100, memory: 64 }, ...task }
}

/** For what the types forbid, and patches and imported jobs can have all the same. */
export function untyped(value: unknown): never {
  return value as never
}

export function inJob(rule: string, bad: Partial<JobSpec>, good: Partial<JobSpec> = {}, around: Around = {}): BadJob {
  const spec = (job: Partial<JobSpec>) => jobSpec({ ...around, job: { ...around.job, ...job } })
  return { rule, at: '', bad: spec(bad), good: spec(good), detach: around.detach ?? false }
}

export function inGroup(
  rule: string,
  bad: Partial<TaskGroupSpec>,
  good: Partial<TaskGroupSpec> = {},
  around: Around = {},
): BadJob {
  const spec = (group: Partial<TaskGroupSpec>) => jobSpec({ ...around, group: { ...around.group, ...group } })
  return { rule, at: '/web', bad: spec(bad), good: spec(good), detach: around.detach ?? false }
}

export function inTask(
  rule: string,
  bad: Partial<TaskSpec>,
  good: Partial<TaskSpec> = {},
  around: Around = {},
): BadJob {
  const spec = (task: Partial<TaskSpec>) => jobSpec({ ...around, task: { ...around.task, ...task } })
  return { rule, at: '/web/server', bad: spec(bad), good: spec(good), detach: around.detach ?? false }
}

/** Of a Docker container. */
export function inDocker(
  rule: string,
  bad: NonNullable<TaskSpec['config']>,
  good: NonNullable<TaskSpec['config']> = {},
  around: Around = {},
): BadJob {
  const config = (more: NonNullable<TaskSpec['config']>) => ({ config: { image: 'web:1', ...more } })
  return inTask(rule, config(bad), config(good), around)
}

const port = { mode: 'bridge', port: [{ label: 'http', to: 80 }] }

/** A service of the group, on its port `http`. */
export function inService(
  rule: string,
  bad: Partial<ServiceSpec>,
  good: Partial<ServiceSpec> = {},
  around: Around = {},
): BadJob {
  const service = (more: Partial<ServiceSpec>) => {
    const check = [{ type: 'http', path: '/', interval: '10s', timeout: '2s' }]
    return { network: [port], service: [{ name: 'web', port: 'http', check, ...around.service, ...more }] }
  }
  return inGroup(rule, service(bad), service(good), around)
}

/** A health check of a service of the group. */
export function inCheck(
  rule: string,
  bad: Partial<ServiceCheckSpec>,
  good: Partial<ServiceCheckSpec> = {},
  around: Around = {},
): BadJob {
  const check = (more: Partial<ServiceCheckSpec>) => ({
    check: [{ type: 'http', path: '/', interval: '10s', timeout: '2s', ...more }],
  })
  return inService(rule, check(bad), check(good), around)
}
