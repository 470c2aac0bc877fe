import type { UpdateStrategySpec } from '../spec'
import { merged } from './deployments'
import { duration, error, groupsOf, type JobContext, known, type Rule, tasksOf, warning } from './rule'

const minute = 60e9

export const updateRules: readonly Rule[] = [
  error('update-type', ['update'], (job, report) => {
    if (job.spec.type !== 'batch' && job.spec.type !== 'sysbatch') return
    for (const { update, path } of updatesOf(job)) {
      if (update === undefined) continue
      report({
        path,
        problem: `a ${job.spec.type} job has no deployments, so it has no update`,
        given: 'update',
        allowed: 'update in service and system jobs',
        do: 'leave it out',
      })
    }
  }),
  error('canary-waits', ['canary'], (job, report) => {
    if (job.detach) return
    for (const { update, path } of updatesOf(job)) {
      if (!known(update?.canary) || update.canary < 1 || update.auto_promote === true) continue
      report({
        path,
        problem: 'Terraform waits for the deployment, and the deployment waits for somebody to promote the canary',
        given: `${update.canary} canaries without autoPromote, detach: false`,
        allowed: 'autoPromote: true, or detach: true',
        do: 'use Update.canary(n, { autoPromote: true })',
      })
    }
  }),
  error('promote-without-canary', ['auto_promote'], (job, report) => {
    for (const { update, path } of updatesOf(job)) {
      if (update?.auto_promote !== true || (update.canary !== undefined && update.canary !== 0)) continue
      report({
        path,
        problem: 'there is nothing to promote',
        given: 'autoPromote without canaries',
        do: 'use Update.canary(n, ...)',
      })
    }
  }),
  error('update-deadlines', ['min_healthy_time', 'healthy_deadline', 'progress_deadline'], (job, report) => {
    for (const { update, path } of updatesOf(job)) {
      if (!update) continue
      const healthy = duration(update.healthy_deadline ?? '5m')
      const progress = duration(update.progress_deadline ?? '10m')
      const min = duration(update.min_healthy_time ?? '10s')
      if (healthy === undefined || progress === undefined || min === undefined) continue
      const given = `minHealthyTime ${update.min_healthy_time ?? '10s (default)'}, healthyDeadline ${update.healthy_deadline ?? '5m (default)'}, progressDeadline ${update.progress_deadline ?? '10m (default)'}`
      if (min >= healthy || (progress !== 0 && healthy >= progress)) {
        report({
          path,
          problem: 'the deadlines of the update contradict each other',
          given,
          allowed: 'minHealthyTime < healthyDeadline < progressDeadline (or progressDeadline 0)',
          do:
            healthy >= progress
              ? 'make progressDeadline longer, or healthyDeadline shorter'
              : 'make healthyDeadline longer',
        })
      }
    }
  }),
  error('manual-health-waits', ['health_check'], (job, report) => {
    if (job.detach) return
    for (const { update, path } of updatesOf(job)) {
      if (update?.health_check !== 'manual') continue
      report({
        path,
        problem: 'Terraform waits for the deployment, and the deployment waits for somebody to call it healthy',
        given: `healthCheck 'manual', detach: false`,
        do: `use healthCheck 'checks', or detach: true`,
      })
    }
  }),
  error('migrate-type', ['migrate'], (job, report) => {
    if (job.spec.type === 'service' || job.spec.type === undefined) return
    const all = [
      { at: job.path, migrate: job.spec.migrate },
      ...[...groupsOf(job)].map((g) => ({ at: g.path, migrate: g.group.migrate })),
    ]
    for (const { at, migrate } of all) {
      if (migrate === undefined) continue
      report({
        path: at,
        problem: `only service jobs migrate`,
        given: `migrate in a ${job.spec.type} job`,
        do: 'leave it out',
      })
    }
  }),
  error('restart-times', ['restart'], (job, report) => {
    const all = [
      ...[...groupsOf(job)].map((g) => ({ path: g.path, restart: g.group.restart })),
      ...[...tasksOf(job)].map((t) => ({ path: t.path, restart: t.task.restart })),
    ]
    const batch = job.spec.type === 'batch' || job.spec.type === 'sysbatch'
    for (const { path, restart } of all) {
      if (!restart) continue
      const interval = duration(restart.interval ?? (batch ? '24h' : '30m'))
      const delay = duration(restart.delay ?? '15s')
      const attempts = restart.attempts ?? (batch ? 3 : 2)
      if (interval === undefined || delay === undefined || !known(attempts)) continue
      if (attempts * delay > interval || interval < 5e9) {
        report({
          path,
          problem: `so many restarts don't fit into the interval`,
          given: `${attempts} attempts, ${restart.delay ?? '15s (default)'} apart, in ${restart.interval ?? 'the default interval'}`,
          allowed: 'attempts x delay <= interval, and an interval of 5s or more',
          do: 'raise the interval, or lower attempts or delay',
        })
      }
      if (attempts === 0 && restart.mode === 'delay') {
        report({
          path,
          problem: 'no restarts, and then waiting for more',
          given: 'Restart.delayed(0)',
          do: 'use Restart.never()',
        })
      }
    }
  }),
  error('kill-timeout', ['kill_timeout'], (job, report) => {
    if (job.spec.type !== 'service' && job.spec.type !== undefined) return
    for (const { group, task, path } of tasksOf(job)) {
      const kill = duration(task.kill_timeout)
      const progress = duration(merged(job, group.update)?.progress_deadline ?? '10m')
      if (kill === undefined || progress === undefined || progress === 0 || kill <= progress) continue
      report({
        path,
        problem: 'the task may take longer to stop than a deployment may take',
        given: `killTimeout ${task.kill_timeout}`,
        allowed: `at most the progress deadline of ${progress / minute} min`,
        do: 'shorten killTimeout, or lengthen progressDeadline',
      })
    }
  }),
  warning('no-auto-revert', ['update'], (job, report) => {
    if (job.spec.type !== 'service') return
    for (const { update, path } of updatesOf(job)) {
      if (update === undefined || update.auto_revert !== undefined) continue
      report({
        path,
        problem: 'a deployment that fails stays half done',
        given: 'update without autoRevert',
        do: 'set autoRevert: true, or false where that is meant',
      })
    }
  }),
]

function* updatesOf(job: JobContext): Generator<{ update: UpdateStrategySpec | undefined; path: string }> {
  let own = false
  for (const { group, path } of groupsOf(job)) {
    if (group.update === undefined) continue
    own = true
    yield { update: merged(job, group.update), path }
  }
  const all = own && (job.spec.group ?? []).every((group) => group.update !== undefined)
  if (!all) yield { update: job.spec.update, path: job.path }
}
