import { cronProblem, neverFires } from './cron'
import { error, known, type Rule, tasksOf, warning } from './rule'
import { escapes } from './paths'

export const batchRules: readonly Rule[] = [
  error('one-shot-type', ['periodic', 'parameterized'], (job, report) => {
    if (job.spec.type === 'batch' || job.spec.type === 'sysbatch') return
    for (const what of ['periodic', 'parameterized'] as const) {
      if (job.spec[what] === undefined) continue
      report({
        path: job.path,
        problem: `only batch and sysbatch jobs are ${what}`,
        given: `type '${job.spec.type ?? 'service'}'`,
        do: `set type: 'batch'`,
      })
    }
  }),
  error('cron', ['periodic'], (job, report) => {
    const { cron, crons } = job.spec.periodic ?? {}
    if (job.spec.periodic === undefined || job.spec.periodic.enabled === false) return
    for (const expression of [...(crons ?? []), ...(cron === undefined ? [] : [cron])]) {
      const problem = known(expression) ? cronProblem(expression) : undefined
      if (problem === undefined) continue
      report({
        path: job.path,
        problem: `this is no cron expression: ${problem}`,
        given: `'${expression}'`,
        allowed: `5 to 7 fields ('0 3 * * *'), or '@daily' and the like`,
        do: 'correct it',
      })
    }
    if (cron === undefined && !crons?.length) {
      report({ path: job.path, problem: 'the job is periodic, and has no times', do: 'use Periodic.cron(...)' })
    }
  }),
  warning('cron-never', ['periodic'], (job, report) => {
    const { cron, crons } = job.spec.periodic ?? {}
    for (const expression of [...(crons ?? []), ...(cron === undefined ? [] : [cron])]) {
      if (!known(expression) || !neverFires(expression)) continue
      report({
        path: job.path,
        problem: 'no month has such a day: the job never runs',
        given: `'${expression}'`,
        do: 'take another day or month',
      })
    }
  }),
  error('cron-and-crons', ['cron'], (job, report) => {
    const { cron, crons } = job.spec.periodic ?? {}
    if (!cron || !crons?.length) return
    report({
      path: job.path,
      problem: 'a periodic job has one cron expression or a list of them, not both',
      given: 'cron and crons',
      do: 'move cron into crons',
    })
  }),
  error('time-zone', ['time_zone'], (job, report) => {
    const zone = job.spec.periodic?.time_zone
    if (!known(zone) || zone === '' || zone === 'Local' || isTimeZone(zone)) return
    report({
      path: job.path,
      problem: 'there is no such time zone',
      given: `'${zone}'`,
      allowed: `names of the IANA list: 'Europe/Berlin', 'UTC'`,
      do: 'correct the name',
    })
  }),
  warning('parameterized-and-periodic', ['parameterized'], (job, report) => {
    if (job.spec.parameterized === undefined || job.spec.periodic === undefined) return
    report({
      path: job.path,
      problem: 'the job itself never runs at its times: each dispatch makes another periodic job',
      given: 'parameterized and periodic',
      do: 'leave one out, or silence this where it is meant',
    })
  }),
  error('parameterized-meta', ['meta_required'], (job, report) => {
    const { meta_required: required, meta_optional: optional } = job.spec.parameterized ?? {}
    const both = (required ?? []).filter((key) => optional?.includes(key))
    if (both.length === 0) return
    report({
      path: job.path,
      problem: 'meta keys are required or optional',
      given: both.join(', '),
      do: 'name each once',
    })
  }),
  error('dispatch-payload', ['dispatch_payload'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.dispatch_payload === undefined) continue
      if (job.spec.parameterized !== undefined && job.spec.parameterized.payload !== 'forbidden') continue
      report({
        path,
        problem: 'the task waits for a payload that no dispatch brings',
        given: `dispatchPayload '${task.dispatch_payload.file ?? ''}'`,
        allowed: 'in a parameterized job that takes a payload',
        do: `add parameterized: Parameterized.of({ payload: 'required' })`,
      })
    }
  }),
  error('dispatch-payload-escapes', ['dispatch_payload'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const file = task.dispatch_payload?.file
      if (!known(file) || file === '' || !escapes(file, 2)) continue
      report({
        path,
        problem: `the payload's file leaves the allocation's directory`,
        given: `'${file}'`,
        allowed: 'a path inside local/',
        do: 'take a path without ..',
      })
    }
  }),
  warning('payload-unused', ['payload'], (job, report) => {
    if (job.spec.parameterized?.payload !== 'required') return
    for (const { task } of tasksOf(job)) if (task.dispatch_payload !== undefined) return
    report({
      path: job.path,
      problem: 'each dispatch must bring a payload, and no task takes it',
      given: `payload 'required'`,
      do: `give a task dispatchPayload: 'file', or leave payload out`,
    })
  }),
]

const zones = new Map<string, boolean>()

function isTimeZone(zone: string): boolean {
  let is = zones.get(zone)
  if (is === undefined) {
    try {
      is = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
    } catch {
      is = false
    }
    zones.set(zone, is)
  }
  return is
}
