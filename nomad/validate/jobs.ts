import { duplicates, error, groupsOf, known, type Rule, tasksOf } from './rule'

export const jobRules: readonly Rule[] = [
  error('job-id', (job, report) => {
    const { id } = job.spec
    if (id !== '' && !/[\s\0]/.test(id)) return
    report({ path: job.path, problem: `the job's id has a space, or is empty`, given: `'${id}'`, do: 'set jobId' })
  }),
  error('no-groups', (job, report) => {
    if (job.spec.group?.length) return
    report({ path: job.path, problem: 'the job has no group', do: 'add one: job.addGroup(name)' })
  }),
  error('no-tasks', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      if (!group.task?.length)
        report({ path, problem: 'the group has no task', do: 'add one: group.addTask(name, ...)' })
    }
  }),
  error('priority', (job, report) => {
    const { priority } = job.spec
    if (!known(priority) || (Number.isInteger(priority) && priority >= 1 && priority <= 32767)) return
    report({
      path: job.path,
      problem: 'no job has such a priority',
      given: String(priority),
      allowed: '1 to 100',
      do: 'change it',
    })
  }),
  error('count', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const { count } = group
      if (!known(count)) continue
      if (!Number.isInteger(count) || count < 0) {
        report({
          path,
          problem: 'the count is no number of allocations',
          given: String(count),
          allowed: '0, 1, 2, ...',
          do: 'change it',
        })
      } else if (count > 1 && (job.spec.type === 'system' || job.spec.type === 'sysbatch')) {
        report({
          path,
          problem: `a ${job.spec.type} job runs once on each node`,
          given: `count ${count}`,
          allowed: 'no count',
          do: 'leave count out, or make it a service job',
        })
      }
    }
  }),
  error('scaling-bounds', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const { min, max } = group.scaling ?? {}
      const count = group.count ?? 1
      if (group.scaling === undefined || !known(max) || (min !== undefined && !known(min)) || !known(count)) continue
      if (count <= max && count >= (min ?? 0) && (min ?? 0) <= max) continue
      report({
        path,
        problem: `the group's count lies outside the bounds of its scaling`,
        given: `count ${count}, scaling ${min ?? 0} to ${max}`,
        do: 'change the count or the bounds',
      })
    }
  }),
  error('one-shot-type', (job, report) => {
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
  error('cron', (job, report) => {
    const { cron, crons } = job.spec.periodic ?? {}
    for (const expression of [...(crons ?? []), ...(cron === undefined ? [] : [cron])]) {
      if (!known(expression) || isCron(expression)) continue
      report({
        path: job.path,
        problem: 'this is no cron expression',
        given: `'${expression}'`,
        allowed: `5 to 7 fields ('0 3 * * *'), or '@daily' and the like`,
        do: 'correct it',
      })
    }
    if (job.spec.periodic !== undefined && cron === undefined && !crons?.length) {
      report({ path: job.path, problem: 'the job is periodic, and has no times', do: 'use Periodic.cron(...)' })
    }
  }),
  error('parameterized-meta', (job, report) => {
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
  error('dispatch-payload', (job, report) => {
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
  error('duplicate-name', (job, report) => {
    for (const group of duplicates(job.spec.group ?? [], (g) => g.name)) {
      report({ path: job.path, problem: 'two groups have one name', given: `'${group.name}'`, do: 'rename one' })
    }
    for (const { group, path } of groupsOf(job)) {
      for (const task of duplicates(group.task ?? [], (t) => t.name)) {
        report({ path, problem: 'two tasks have one name', given: `'${task.name}'`, do: 'rename one' })
      }
    }
  }),
]

function isCron(expression: string): boolean {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(expression)) return true
  const fields = expression.trim().split(/\s+/)
  return fields.length >= 5 && fields.length <= 7 && fields.every((field) => /^[\d*/,\-?LW#A-Za-z]+$/.test(field))
}
