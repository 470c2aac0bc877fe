import { duplicates, error, groupsOf, known, type Rule, tasksOf, warning } from './rule'

export const taskRules: readonly Rule[] = [
  error('task-name', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.name !== 'alloc' && !/[/\\\0]/.test(task.name)) continue
      report({
        path,
        problem: `no task can be called so: its name is a directory beside 'alloc'`,
        given: `'${task.name}'`,
        do: 'rename it',
      })
    }
  }),
  error('leaders', ['leader'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const leaders = (group.task ?? []).filter((task) => task.leader === true)
      if (leaders.length < 2) continue
      report({
        path,
        problem: 'a group has one leader at most',
        given: leaders.map((task) => `'${task.name}'`).join(', '),
        do: 'leave leader: true on one',
      })
    }
  }),
  error('no-main-task', ['lifecycle'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      if (!group.task?.length || group.task.some((task) => task.lifecycle === undefined)) continue
      report({
        path,
        problem: 'all tasks of the group run beside main tasks, and there is none',
        given: group.task.map((task) => `'${task.name}' (${task.lifecycle?.hook})`).join(', '),
        do: 'leave lifecycle out on one of them',
      })
    }
  }),
  error('prestart-leader', ['leader'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.leader !== true || task.lifecycle === undefined || task.lifecycle.sidecar === true) continue
      report({
        path,
        problem: `a ${task.lifecycle.hook} task ends by itself, and as the leader it would end the others`,
        given: 'leader: true',
        do: 'leave leader out',
      })
    }
  }),
  warning('prestart-waits-for-own-service', ['lifecycle'], (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      if (task.lifecycle?.hook !== 'prestart' || task.lifecycle.sidecar === true) continue
      const own = new Set(
        [...(group.service ?? []), ...(group.task ?? []).flatMap((t) => t.service ?? [])].map((s) => s.name),
      )
      const text = (task.template ?? []).map((t) => t.data ?? '').join('\n')
      const name = [...text.matchAll(/\b(?:service|nomadService) "([^"]+)"/g)].map((m) => m[1]).find((n) => own.has(n))
      if (name === undefined || (known(group.count) && group.count > 1)) continue
      report({
        path,
        problem: `the task waits before the main tasks for a service that they provide`,
        given: `'${name}'`,
        do: 'render it in a main task, or ask for another service',
      })
    }
  }),
  error('action-name', ['action'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const action of task.action ?? []) {
        if (/^[^\0\s]{1,128}$/.test(action.name)) continue
        report({
          path,
          problem: 'an action has a name that no command line takes',
          given: `'${action.name}'`,
          allowed: 'no white space; at most 128 characters',
          do: 'rename it',
        })
      }
      for (const action of duplicates(task.action ?? [], (a) => a.name)) {
        report({ path, problem: 'two actions of the task have one name', given: `'${action.name}'`, do: 'rename one' })
      }
    }
  }),
  error('duplicate-identity', ['identity'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const identity of duplicates(task.identity ?? [], (i) => i.name ?? 'default')) {
        report({
          path,
          problem: 'two identities of the task have one name',
          given: `'${identity.name ?? 'default'}'`,
          do: 'drop one',
        })
      }
    }
  }),
  error('disconnect', ['disconnect'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const { lost_after: lost, stop_on_client_after: stop } = group.disconnect ?? {}
      if (lost === undefined || stop === undefined) continue
      report({
        path,
        problem: 'an allocation that stops itself on a cut-off node cannot come back from it',
        given: `lostAfter ${lost} and stopOnClientAfter ${stop}`,
        do: 'leave one out',
      })
    }
  }),
]
