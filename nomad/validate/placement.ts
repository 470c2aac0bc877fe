import { error, groupsOf, type JobContext, known, type Rule, tasksOf } from './rule'

const operators =
  '= == is != not > >= < <= regexp version semver set_contains set_contains_all set_contains_any is_set is_not_set distinct_hosts distinct_property'.split(
    ' ',
  )

export const placementRules: readonly Rule[] = [
  error('affinity-in-system', (job, report) => {
    if (job.spec.type !== 'system' && job.spec.type !== 'sysbatch') return
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
  error('distinct-in-task', (job, report) => {
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
  error('constraint-operator', (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { operator, attribute } of constraint ?? []) {
        if (!known(operator) || operators.includes(operator)) {
          if (attribute || operator === 'distinct_hosts') continue
          report({
            path,
            problem: 'a constraint has no attribute',
            given: `operator ${operator ?? '='}`,
            do: 'give it one: Node.attr(...)',
          })
        } else {
          report({
            path,
            problem: 'a constraint compares in a way that Nomad has not',
            given: `'${operator}'`,
            allowed: operators.join(' '),
            do: 'take one of these',
          })
        }
      }
    }
  }),
  error('constraint-regexp', (job, report) => {
    for (const { path, constraint } of levels(job)) {
      for (const { operator, value } of constraint ?? []) {
        if (operator !== 'regexp' || !known(value)) continue
        const problem = badRegexp(value)
        if (problem !== undefined) {
          report({
            path,
            problem: `a constraint's regular expression doesn't compile: ${problem}`,
            given: value,
            do: 'correct it',
          })
        }
      }
    }
  }),
  error('spread-percent', (job, report) => {
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

function* levels(job: JobContext) {
  yield { path: job.path, ...job.spec }
  for (const { group, path } of groupsOf(job)) yield { ...group, path }
  for (const { task, path } of tasksOf(job)) yield { spread: undefined, ...task, path }
}

/** Go's regular expressions have no look-around and no back references. */
function badRegexp(source: string): string | undefined {
  if (/\(\?<?[=!]/.test(source)) return 'Go has no look-around'
  if (/\\[1-9]/.test(source)) return 'Go has no back references'
  try {
    new RegExp(
      source
        .replace(/^\(\?[a-zA-Z]+\)/, '')
        .replace(/\(\?P</g, '(?<')
        .replace(/\(\?[a-zA-Z]+:/g, '(?:'),
    )
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
