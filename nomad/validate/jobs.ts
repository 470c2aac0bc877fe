import { duplicates, error, groupsOf, known, type Rule, warning } from './rule'

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
      if (!group.task?.length && !group.service?.some((service) => service.connect?.gateway))
        report({ path, problem: 'the group has no task', do: 'add one: group.addTask(name, ...)' })
    }
  }),
  error('priority', ['priority'], (job, report) => {
    const { priority } = job.spec
    if (!known(priority) || (Number.isInteger(priority) && priority >= 0 && priority <= 32766)) return
    report({
      path: job.path,
      problem: 'no job has such a priority',
      given: String(priority),
      allowed: '1 to 100; 0 is the default',
      do: 'change it',
    })
  }),
  error('count', ['count'], (job, report) => {
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
  error('scaling-bounds', ['scaling'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const { min, max } = group.scaling ?? {}
      const count = group.count ?? min ?? 1
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
  warning('count-reset', ['scaling'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const { scaling, count } = group
      if (scaling === undefined || scaling.enabled === false || (count !== undefined && !known(count))) continue
      report({
        path,
        problem: `each deploy sets the group's count back, whatever the Autoscaler made of it`,
        given: count === undefined ? `no count: it becomes scaling's min, ${scaling.min ?? 1}` : `count ${count}`,
        allowed: 'Count.preserved()',
        do: `set count: Count.preserved({ initial: ${count ?? scaling.min ?? 1} }), or silence this where it is meant`,
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
