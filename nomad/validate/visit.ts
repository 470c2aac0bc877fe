import type { ServiceCheckSpec } from '../spec'
import {
  type GroupPlace,
  groupsOf,
  type JobContext,
  type Report,
  type Rule,
  type ServicePlace,
  servicesOf,
  type TaskPlace,
  tasksOf,
} from './rule'

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
