import type { UpdateStrategySpec } from '../spec'
import { duration, error, groupsOf, type JobContext, known, type Rule, servicesOf, tasksOf, warning } from './rule'
import { eachTask } from './visit'

/** Nomad merges the job's strategy into each group's. */
export function merged(job: JobContext, own: UpdateStrategySpec | undefined): UpdateStrategySpec | undefined {
  if (!own || !job.spec.update) return own ?? job.spec.update
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
  return { ...job.spec.update, ...set }
}

/** What may be in the way of a deployment, and is no error. */
export const deploymentRules: readonly Rule[] = [
  warning('update-parallel', ['max_parallel'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const parallel = merged(job, group.update)?.max_parallel
      if (!known(parallel) || !known(group.count) || group.count < 2 || parallel < group.count) continue
      report({
        path,
        problem: 'an update replaces all allocations of the group at the same time',
        given: `maxParallel ${parallel}, count ${group.count}`,
        allowed: 'maxParallel less than the count',
        do: 'lower maxParallel, or silence this where the gap is meant',
      })
    }
  }),
  warning('update-not-deployed', ['max_parallel'], (job, report) => {
    if (job.detach || (job.spec.type ?? 'service') !== 'service') return
    for (const { group, path } of groupsOf(job)) {
      if (merged(job, group.update)?.max_parallel !== 0) continue
      report({
        path,
        problem: 'with maxParallel 0 there is no deployment, so Terraform waits for nothing',
        given: 'maxParallel 0, detach: false',
        do: 'set maxParallel to 1 or more, or detach: true',
      })
    }
  }),
  warning('canary-count', ['canary'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const canary = merged(job, group.update)?.canary
      if (!known(canary) || canary === 0 || (group.count !== undefined && !known(group.count))) continue
      if (canary <= (group.count ?? 1)) continue
      report({
        path,
        problem: 'there are more canaries than allocations they stand for',
        given: `canary ${canary}, count ${group.count ?? 1}`,
        allowed: 'canary up to the count (as many as that is blue/green)',
        do: 'lower canary',
      })
    }
  }),
  warning('auto-promote-partial', ['auto_promote'], (job, report) => {
    const updates = (job.spec.group ?? []).map((group) => merged(job, group.update))
    const waiting = (u: UpdateStrategySpec | undefined) => known(u?.canary) && u.canary > 0 && u.auto_promote !== true
    if (!updates.some((u) => u?.auto_promote === true) || !updates.some(waiting)) return
    report({
      path: job.path,
      problem: 'canaries are promoted by themselves only where all groups say so',
      given: 'autoPromote in some groups, and canaries without it in others',
      do: 'set autoPromote: true in each group with canaries',
    })
  }),
  warning('check-slower-than-deadline', ['interval'], (job, report) => {
    if (job.spec.type === 'batch' || job.spec.type === 'sysbatch') return
    for (const { group, service, path } of servicesOf(job)) {
      const deadline = duration(merged(job, group.update)?.healthy_deadline ?? '5m')
      for (const check of service.check ?? []) {
        const every = duration(check.interval)
        if (every === undefined || deadline === undefined || every < deadline) continue
        report({
          path,
          problem: `a check of '${service.name ?? ''}' runs too seldom for a deployment to see it pass`,
          given: `every ${check.interval ?? ''}, healthyDeadline ${merged(job, group.update)?.healthy_deadline ?? '5m (default)'}`,
          allowed: 'an interval shorter than healthyDeadline',
          do: 'check more often, or lengthen healthyDeadline',
        })
      }
    }
  }),
  warning('kill-timeout-client', ['kill_timeout'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const kill = duration(task.kill_timeout)
      if (kill === undefined || kill <= 30e9) continue
      report({
        path,
        problem: `clients cut this down to their max_kill_timeout, 30s unless they say more`,
        given: `killTimeout ${task.kill_timeout ?? ''}`,
        allowed: '30s, or as much as the clients allow',
        do: `raise max_kill_timeout on the clients and silence this, or shorten it`,
      })
    }
  }),
  warning('shutdown-delay-unused', ['shutdown_delay'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const delay = duration(group.shutdown_delay)
      if (delay === undefined || delay === 0) continue
      if (group.service?.length || group.task?.some((task) => task.service?.length)) continue
      report({
        path,
        problem: 'the group waits before it stops, and has no service whose clients could leave in that time',
        given: `shutdownDelay ${group.shutdown_delay ?? ''}`,
        do: 'leave it out, or add the service',
      })
    }
  }),
  warning(
    'restart-without-end',
    ['restart'],
    eachTask(({ group, task, path }, report, job) => {
      const restart = task.restart ?? group.restart
      if (restart?.mode !== 'delay' || job.spec.type !== 'batch' || task.lifecycle?.sidecar === true) return
      report({
        path,
        problem: 'a batch task that fails is started again for ever, so the job never fails',
        given: `restart mode 'delay' in a batch job`,
        allowed: `mode 'fail'`,
        do: 'use Restart.attempts(n, ...), or silence this where it is meant',
      })
    }),
  ),
  error('migrate-times', ['migrate'], (job, report) => {
    for (const { path, migrate } of [
      { path: job.path, migrate: job.spec.migrate },
      ...groupsOf(job).map((place) => ({ path: place.path, migrate: place.group.migrate })),
    ]) {
      if (!migrate) continue
      const min = duration(migrate.min_healthy_time ?? '10s')
      const deadline = duration(migrate.healthy_deadline ?? '5m')
      if (min === undefined || deadline === undefined || min <= deadline) continue
      report({
        path,
        problem: 'a migrated allocation must be healthy for longer than it has time to become so',
        given: `minHealthyTime ${migrate.min_healthy_time ?? '10s (default)'}, healthyDeadline ${migrate.healthy_deadline ?? '5m (default)'}`,
        allowed: 'minHealthyTime up to healthyDeadline',
        do: 'lengthen healthyDeadline',
      })
    }
  }),
]
