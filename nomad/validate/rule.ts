import type { Finding } from '../errors'
import { isUnresolved } from '../host'
import { parseDuration } from '../hcl/duration'
import type { JobSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../spec'

/** What a rule looks at: the rendered spec, so that raw attributes and patches are checked as well. */
export interface JobContext {
  readonly spec: JobSpec
  /** The job's construct path. */
  readonly path: string
  /** Terraform doesn't wait for the job. */
  readonly detach: boolean
}

/** A finding without what the rule itself says. */
export type Report = (finding: Omit<Finding, 'rule' | 'level'>) => void

export interface Rule {
  /** By which it can be silenced. */
  readonly name: string
  readonly level: Finding['level']
  check(job: JobContext, report: Report): void
}

export function error(name: string, check: Rule['check']): Rule {
  return { name, level: 'error', check }
}

export function warning(name: string, check: Rule['check']): Rule {
  return { name, level: 'warning', check }
}

export function* groupsOf(job: JobContext): Generator<{ group: TaskGroupSpec; path: string }> {
  for (const group of job.spec.group ?? []) yield { group, path: `${job.path}/${group.name}` }
}

export function* tasksOf(job: JobContext): Generator<{ group: TaskGroupSpec; task: TaskSpec; path: string }> {
  for (const { group, path } of groupsOf(job)) {
    for (const task of group.task ?? []) yield { group, task, path: `${path}/${task.name}` }
  }
}

/** Every service of groups and tasks. */
export function* servicesOf(
  job: JobContext,
): Generator<{ group: TaskGroupSpec; task?: TaskSpec; service: ServiceSpec; path: string }> {
  for (const { group, path } of groupsOf(job)) for (const service of group.service ?? []) yield { group, service, path }
  for (const { group, task, path } of tasksOf(job)) {
    for (const service of task.service ?? []) yield { group, task, service, path }
  }
}

/** Names as people read a list of what is allowed. */
export function quotedList(names: readonly (string | undefined)[]): string {
  return names.length === 0 ? 'none: there is none' : names.map((name) => `'${name ?? ''}'`).join(', ')
}

/** Whether a value is there and known at synth. */
export function known<T>(value: T | undefined | null): value is T {
  return value !== undefined && value !== null && !isUnresolved(value)
}

/** A duration in nanoseconds; undefined where it is not known at synth or none at all. */
export function duration(value: unknown): number | undefined {
  return typeof value === 'string' && known(value) ? parseDuration(value) : undefined
}

/** Items whose key came before. */
export function duplicates<T>(items: readonly T[], key: (item: T) => string | undefined): T[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const k = key(item)
    if (k === undefined || isUnresolved(k)) return false
    const again = seen.has(k)
    seen.add(k)
    return again
  })
}
