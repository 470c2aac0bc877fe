import type { Finding } from '../errors'
import { isUnresolved } from '../host'
import { parseDuration } from '../hcl/duration'
import type { JobSpec, PortSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../spec'
import type { NomadVersion } from '../version'

/** What a rule looks at: the rendered spec, so that raw attributes and patches are checked as well. */
export interface JobContext {
  /** By Nomad's own names. */
  readonly spec: JobSpec
  /** The job's construct path. */
  readonly path: string
  /** Terraform doesn't wait for the job. */
  readonly detach: boolean
  /** What the cluster runs. @default - the newest that is known */
  readonly version?: NomadVersion
}

/** A finding without what the rule itself says. */
export type Report = (finding: Omit<Finding, 'rule' | 'level'>) => void

/** What must or should be true of a job. */
export interface Rule {
  /** By which it can be silenced. */
  readonly name: string
  /** An error stops the synth, a warning is told. */
  readonly level: Finding['level']
  /**
   * Names of blocks, attributes and keys of a driver's config: a job that sets none of them anywhere is not looked at.
   * @default - every job is
   */
  readonly about?: readonly string[]
  /** Reports each thing that is wrong. */
  check(job: JobContext, report: Report): void
}

type Check = Rule['check']
type Parts = readonly [check: Check] | readonly [about: readonly string[], check: Check]

/** A rule that stops the synth. */
export function error(name: string, ...parts: Parts): Rule {
  return rule(name, 'error', parts)
}

/** A rule that is only told. */
export function warning(name: string, ...parts: Parts): Rule {
  return rule(name, 'warning', parts)
}

function rule(name: string, level: Rule['level'], parts: Parts): Rule {
  const [about, check] = parts.length === 1 ? [undefined, parts[0]] : parts
  return { name, level, about, check }
}

/** A group of the job. */
export interface GroupPlace {
  readonly group: TaskGroupSpec
  /** The group's ports. */
  readonly ports: readonly PortSpec[]
  /** Its construct path. */
  readonly path: string
}

/** A task of the job. */
export interface TaskPlace extends GroupPlace {
  readonly task: TaskSpec
}

/** A service of a group, or of a task. */
export interface ServicePlace extends GroupPlace {
  readonly task?: TaskSpec
  readonly service: ServiceSpec
}
interface Places {
  readonly groups: GroupPlace[]
  readonly tasks: TaskPlace[]
  readonly services: ServicePlace[]
}

/**
 * Something that several rules need to know of a job, found once for all of them. Only the last job's is kept: the
 * rules go through one job after another, and a map of thousands of jobs is work for the garbage collector.
 */
export function oncePerJob<T>(find: (job: JobContext) => T): (job: JobContext) => T {
  let last: { readonly job: JobContext; readonly found: T } | undefined
  return (job) => {
    if (last?.job !== job) last = { job, found: find(job) }
    return last.found
  }
}

const places = oncePerJob((job: JobContext): Places => {
  const found: Places = { groups: [], tasks: [], services: [] }
  for (const group of job.spec.group ?? []) {
    const path = `${job.path}/${group.name}`
    const ports = portsOf(group)
    found.groups.push({ group, ports, path })
    for (const service of group.service ?? []) found.services.push({ group, ports, task: undefined, service, path })
    for (const task of group.task ?? []) found.tasks.push({ group, ports, task, path: `${path}/${task.name}` })
  }
  for (const { group, ports, task, path } of found.tasks) {
    for (const service of task.service ?? []) found.services.push({ group, ports, task, service, path })
  }
  return found
})

/** A patch may have left anything where the ports should be: another rule says so, and the other groups are read on. */
function portsOf(group: TaskGroupSpec): readonly PortSpec[] {
  const ports: PortSpec[] = []
  if (!Array.isArray(group.network)) return ports
  for (const { port, reserved_ports: reserved } of group.network) {
    if (Array.isArray(port)) for (const one of port) ports.push(one)
    if (Array.isArray(reserved)) for (const one of reserved) ports.push(one)
  }
  return ports
}

/** The job's groups, with their construct paths. */
export function groupsOf(job: JobContext): readonly GroupPlace[] {
  return places(job).groups
}

/** The tasks of all groups, with their construct paths. */
export function tasksOf(job: JobContext): readonly TaskPlace[] {
  return places(job).tasks
}

/** Every service of groups and tasks. */
export function servicesOf(job: JobContext): readonly ServicePlace[] {
  return places(job).services
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
