import type { ServiceCheckSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../spec'
import { groupsOf, type JobContext, type Report, type Rule, servicesOf, tasksOf } from './rule'

export interface GroupPlace {
  readonly group: TaskGroupSpec
  readonly path: string
}

export interface TaskPlace extends GroupPlace {
  readonly task: TaskSpec
}

/** A service of a group, or of a task. */
export interface ServicePlace extends GroupPlace {
  readonly task?: TaskSpec
  readonly service: ServiceSpec
}

/** A check of each group. */
export function eachGroup(see: (place: GroupPlace, report: Report, job: JobContext) => void): Rule['check'] {
  return (job, report) => {
    for (const place of groupsOf(job)) see(place, report, job)
  }
}

/** A check of each task. */
export function eachTask(see: (place: TaskPlace, report: Report, job: JobContext) => void): Rule['check'] {
  return (job, report) => {
    for (const place of tasksOf(job)) see(place, report, job)
  }
}

/** A check of each service of groups and tasks. */
export function eachService(see: (place: ServicePlace, report: Report, job: JobContext) => void): Rule['check'] {
  return (job, report) => {
    for (const place of servicesOf(job)) see(place, report, job)
  }
}

/** A check of each health check of each service. */
export function eachCheck(see: (place: ServicePlace, check: ServiceCheckSpec, report: Report) => void): Rule['check'] {
  return (job, report) => {
    for (const place of servicesOf(job)) for (const check of place.service.check ?? []) see(place, check, report)
  }
}
