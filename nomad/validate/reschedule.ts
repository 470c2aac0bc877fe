import type { ReschedulePolicySpec } from '../spec'
import { duration, error, groupsOf, known, type Rule } from './rule'

export const rescheduleRules: readonly Rule[] = [
  error('reschedule-type', (job, report) => {
    if (job.spec.type !== 'system' && job.spec.type !== 'sysbatch') return
    const all = [
      { at: job.path, has: job.spec.reschedule },
      ...[...groupsOf(job)].map((g) => ({ at: g.path, has: g.group.reschedule })),
    ]
    for (const { at, has } of all) {
      if (has === undefined) continue
      report({
        path: at,
        problem: `a ${job.spec.type} job runs on each node, so nothing of it moves to another`,
        given: 'reschedule',
        do: 'leave it out',
      })
    }
  }),
  error('reschedule-times', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const policy = group.reschedule ?? job.spec.reschedule
      const delay = duration(policy?.delay)
      const max = duration(policy?.max_delay ?? (job.spec.type === 'batch' ? undefined : '1h'))
      if (delay !== undefined && delay < 5e9) {
        report({
          path,
          problem: 'a reschedule must wait a little',
          given: `delay ${policy?.delay}`,
          allowed: '5s or more',
          do: 'raise it',
        })
      }
      if (delay !== undefined && max !== undefined && max < delay && policy?.delay_function !== 'constant') {
        report({
          path,
          problem: 'the longest wait of the reschedule is shorter than the first',
          given: `delay ${policy?.delay}, maxDelay ${policy?.max_delay ?? '1h (default)'}`,
          do: 'raise maxDelay',
        })
      }
    }
  }),
  error('reschedule-attempts', (job, report) => {
    const batch = job.spec.type === 'batch'
    if (job.spec.type === 'system' || job.spec.type === 'sysbatch') return
    for (const { group, path } of groupsOf(job)) {
      const policy = group.reschedule ?? job.spec.reschedule
      if (!policy) continue
      const attempts = policy.attempts ?? (batch ? 1 : 0)
      const unlimited = policy.unlimited ?? !batch
      if (unlimited && known(attempts) && attempts > 0) {
        const byDefault = ` (Nomad's default in ${batch ? 'batch' : 'service'} jobs)`
        report({
          path,
          problem: 'a reschedule has so many attempts or any number, not both',
          given: `unlimited${policy.unlimited === undefined ? byDefault : ''} and attempts ${attempts}${policy.attempts === undefined ? byDefault : ''}`,
          do: 'use Reschedule.unlimited() or Reschedule.attempts(n, interval)',
        })
      }
      if (batch && /^(?:exponential|fibonacci)$/.test(policy.delay_function ?? '') && policy.max_delay === undefined) {
        report({
          path,
          problem: `a wait that grows needs its upper bound in a batch job, where Nomad has no default`,
          given: `delayFunction '${policy.delay_function}' without maxDelay`,
          do: 'set maxDelay',
        })
      }
    }
  }),
  error('reschedule-interval', (job, report) => {
    const batch = job.spec.type === 'batch'
    if (job.spec.type === 'system' || job.spec.type === 'sysbatch') return
    for (const { group, path } of groupsOf(job)) {
      const policy = group.reschedule ?? job.spec.reschedule
      if (!policy || (policy.unlimited ?? !batch) || !known(policy.attempts) || policy.attempts < 1) continue
      const needed = neededInterval(policy, policy.attempts, batch)
      const interval = duration(policy.interval ?? (batch ? '24h' : '0s'))
      if (needed === undefined || interval === undefined || (interval >= needed && interval >= 15e9)) continue
      report({
        path,
        problem: `so many reschedules don't fit into their interval`,
        given: `${policy.attempts} attempts in ${policy.interval ?? 'no interval'}`,
        allowed: `an interval of ${Math.ceil(Math.max(needed, 15e9) / 1e9)}s or more`,
        do: 'lengthen the interval, or lower attempts or delay',
      })
    }
  }),
]

/** The shortest interval that has room for all attempts; undefined where that is not known at synth. */
function neededInterval(policy: ReschedulePolicySpec, attempts: number, batch: boolean): number | undefined {
  const delay = duration(policy.delay ?? (batch ? '5s' : '30s'))
  const most = duration(policy.max_delay ?? '1h')
  const how = policy.delay_function ?? (batch ? 'constant' : 'exponential')
  if (delay === undefined || most === undefined || attempts > 1000) return undefined
  if (how === 'constant') return attempts * delay
  const waits = [delay, delay]
  let sum = 0
  for (let i = 0; i < attempts; i++) {
    const next = how === 'exponential' ? 2 ** i * delay : (waits[i - 1] ?? 0) + (waits[i - 2] ?? delay)
    if (i >= 2) waits.push(Math.min(next, most))
    if (how === 'exponential') sum = next > most ? sum + most : next
  }
  return how === 'exponential' ? sum + 1 : Math.min(waits[attempts - 1] ?? delay, Number.MAX_SAFE_INTEGER)
}
