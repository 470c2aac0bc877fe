import type { AffinitySpec, ConstraintSpec, SpreadSpec } from '../spec'
import { duplicates, error, groupsOf, oncePerJob, type Rule, tasksOf, warning } from './rule'

export const placementRules: readonly Rule[] = [
  error('affinity-in-system', ['affinity', 'spread'], (job, report) => {
    if (job.spec.type !== 'system') return
    for (const { path, affinity, spread } of levels(job)) {
      for (const [what, items] of [
        ['affinity', affinity],
        ['spread', spread],
      ] as const) {
        if (!items?.length) continue
        report({
          path,
          problem: `a ${job.spec.type} job runs on every node that fits, so it has no ${what}`,
          given: `${items.length} of ${what}`,
          allowed: 'constraints',
          do: 'leave it out, or use a constraint',
        })
      }
    }
  }),
  error('distinct-in-task', ['operator'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const constraint of task.constraint ?? []) {
        if (!constraint.operator?.startsWith('distinct_')) continue
        report({
          path,
          problem: `distinct hosts and properties are of a group or a job, not of a task`,
          given: constraint.operator,
          allowed: 'constraints of the group or the job',
          do: 'move it to the group: addGroup(id, { constraints: [...] })',
        })
      }
    }
  }),
  warning('affinity-in-sysbatch', ['affinity', 'spread'], (job, report) => {
    if (job.spec.type !== 'sysbatch') return
    for (const { path, affinity, spread } of levels(job)) {
      const what = affinity?.length ? 'affinity' : spread?.length ? 'spread' : undefined
      if (what === undefined) continue
      report({
        path,
        problem: `a sysbatch job runs on every node that fits: its ${what} has no effect`,
        given: what,
        do: 'leave it out, or use a constraint',
      })
    }
  }),
  error('affinity-weight', ['weight'], (job, report) => {
    for (const { path, affinity } of levels(job)) {
      for (const { weight, attribute } of affinity ?? []) {
        if (weight !== 0) continue
        report({
          path,
          problem: 'an affinity of no weight',
          given: `weight 0 for ${attribute ?? ''}`,
          allowed: '-100 to 100, but not 0',
          do: 'give it a weight, or leave it out',
        })
      }
    }
  }),
  error('spread-attribute', ['spread'], (job, report) => {
    for (const { path, spread } of levels(job)) {
      for (const { attribute } of spread ?? []) {
        if (attribute) continue
        report({
          path,
          problem: 'a spread over nothing',
          given: 'no attribute',
          do: 'use Spread.over(Node.datacenter)',
        })
      }
    }
  }),
  error('spread-target-twice', ['spread'], (job, report) => {
    for (const { path, spread } of levels(job)) {
      for (const { target, attribute } of spread ?? []) {
        for (const { value } of duplicates(target ?? [], (t) => t.value)) {
          report({
            path,
            problem: 'a spread has two shares for one value',
            given: `'${value}' of ${attribute ?? ''}`,
            do: 'leave one out',
          })
        }
      }
    }
  }),
  error('spread-percent', ['spread'], (job, report) => {
    for (const { path, spread } of levels(job)) {
      for (const { target, attribute } of spread ?? []) {
        const sum = (target ?? []).reduce((total, t) => total + (t.percent ?? 0), 0)
        if (sum <= 100) continue
        report({
          path,
          problem: `the targets of a spread add up to more than everything`,
          given: `${sum} % over ${attribute ?? ''}`,
          allowed: 'at most 100 %',
          do: 'lower the percents',
        })
      }
    }
  }),
]

/** The job, its groups and its tasks, where they say anything about nodes. */
export const levels = oncePerJob((job): readonly Level[] => {
  const all: Level[] = []
  const add = (path: string, { constraint, affinity, spread }: Omit<Level, 'path'>) => {
    if (constraint?.length || affinity?.length || spread?.length) all.push({ path, constraint, affinity, spread })
  }
  add(job.path, job.spec)
  for (const { group, path } of groupsOf(job)) add(path, group)
  for (const { task, path } of tasksOf(job)) add(path, { constraint: task.constraint, affinity: task.affinity })
  return all
})

interface Level {
  readonly path: string
  readonly constraint?: readonly ConstraintSpec[]
  readonly affinity?: readonly AffinitySpec[]
  readonly spread?: readonly SpreadSpec[]
}
