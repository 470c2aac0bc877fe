import type { ServiceCheckSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../spec'
import type { JobContext, Report, Rule } from './rule'

export interface GroupPlace {
  readonly job: JobContext
  readonly group: TaskGroupSpec
  readonly path: string
}

export interface TaskPlace extends GroupPlace {
  readonly task: TaskSpec
}

/** A service of a group, or of a task. */
export interface ServicePlace extends GroupPlace {
  readonly task: TaskSpec | undefined
  readonly service: ServiceSpec
}

interface Places {
  readonly groups: readonly GroupPlace[]
  readonly tasks: readonly TaskPlace[]
  readonly services: readonly ServicePlace[]
}

const places = new WeakMap<JobContext, Places>()

/** The job's groups, tasks and services with their paths: found once for all rules. */
export function placesOf(job: JobContext): Places {
  const found = places.get(job)
  if (found) return found
  const groups: GroupPlace[] = []
  const tasks: TaskPlace[] = []
  const services: ServicePlace[] = []
  for (const group of job.spec.group ?? []) {
    const path = `${job.path}/${group.name}`
    groups.push({ job, group, path })
    for (const service of group.service ?? []) services.push({ job, group, task: undefined, service, path })
    for (const task of group.task ?? []) {
      const at = `${path}/${task.name}`
      tasks.push({ job, group, task, path: at })
      for (const service of task.service ?? []) services.push({ job, group, task, service, path: at })
    }
  }
  const all = { groups, tasks, services }
  places.set(job, all)
  return all
}

/** A check of each group. */
export function eachGroup(check: (place: GroupPlace, report: Report) => void): Rule['check'] {
  return (job, report) => {
    for (const place of placesOf(job).groups) check(place, report)
  }
}

/** A check of each task. */
export function eachTask(check: (place: TaskPlace, report: Report) => void): Rule['check'] {
  return (job, report) => {
    for (const place of placesOf(job).tasks) check(place, report)
  }
}

/** A check of each service of groups and tasks. */
export function eachService(check: (place: ServicePlace, report: Report) => void): Rule['check'] {
  return (job, report) => {
    for (const place of placesOf(job).services) check(place, report)
  }
}

/** A check of each health check of each service. */
export function eachCheck(see: (place: ServicePlace, check: ServiceCheckSpec, report: Report) => void): Rule['check'] {
  return (job, report) => {
    for (const place of placesOf(job).services) {
      for (const check of place.service.check ?? []) see(place, check, report)
    }
  }
}

/** Something that doesn't hold: undefined where it holds. */
export type Broken = { problem: string; given: string; allowed?: string; do: string } | undefined

/** Reports the first of several things that is broken. */
export function reportFirst(report: Report, path: string, ...broken: readonly Broken[]): void {
  const first = broken.find((b) => b !== undefined)
  if (first) report({ path, ...first })
}
