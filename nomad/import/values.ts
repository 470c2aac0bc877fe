import { parseDuration } from '../hcl/duration'
import type { FreeValue } from '../spec'
import { array, call, type Code, literal, object, value } from './code'
import type { SpecObject } from './decode'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'

/** `Duration.seconds(30)`, in the biggest unit that is whole. */
export function durationCode(text: FreeValue | undefined): Code | undefined {
  const nanoseconds = typeof text === 'string' ? parseDuration(text) : undefined
  if (nanoseconds === undefined || nanoseconds < 0) return undefined
  const ms = nanoseconds / 1e6
  for (const [unit, size] of [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
    ['seconds', 1000],
  ] as const) {
    if (ms % size === 0 && (ms > 0 || unit === 'seconds')) return call(`Duration.${unit}`, value(ms / size))
  }
  return call('Duration.milliseconds', value(ms))
}

/** `Size.mebibytes(5)`, in the biggest unit that is whole. */
export function sizeCode(bytes: FreeValue | undefined): Code | undefined {
  if (typeof bytes !== 'number' || bytes < 0) return undefined
  for (const [unit, size] of [
    ['gibibytes', 2 ** 30],
    ['mebibytes', 2 ** 20],
    ['kibibytes', 2 ** 10],
  ] as const) {
    if (bytes > 0 && bytes % size === 0) return call(`Size.${unit}`, value(bytes / size))
  }
  return call('Size.bytes', value(bytes))
}

/** Nomad's `MB`. */
export function mebibytesCode(amount: FreeValue | undefined): Code | undefined {
  return typeof amount === 'number' ? call('Size.mebibytes', value(amount)) : undefined
}

const operators = '= != > >= < <= regexp version semver set_contains set_contains_any is_set is_not_set'.split(' ')

/** `Constraint.where(...)` and its sisters. */
export function constraintCode(spec: SpecObject): Code | undefined {
  const { attribute, operator = '=' } = spec
  if (operator === 'distinct_hosts') return call('Constraint.distinctHosts')
  if (typeof attribute !== 'string' || typeof operator !== 'string') return undefined
  if (operator === 'distinct_property') {
    const limit = Number(spec.value)
    return call('Constraint.distinctProperty', value(attribute), limit === 1 ? undefined : value(limit))
  }
  if (!operators.includes(operator)) return undefined
  return call(
    'Constraint.where',
    value(attribute),
    value(operator),
    spec.value === undefined ? undefined : literal(spec.value),
  )
}

/** `Affinity.where(...)`. */
export function affinityCode(spec: SpecObject): Code | undefined {
  const { attribute, operator = '=', value: wanted, weight } = spec
  if (typeof attribute !== 'string' || typeof wanted !== 'string' || !operators.includes(String(operator)))
    return undefined
  const given = weight === undefined || weight === 50 ? undefined : literal(weight)
  return call('Affinity.where', value(attribute), literal(operator), value(wanted), given)
}

/** `Spread.over(...)`. */
export function spreadCode(spec: SpecObject): Code | undefined {
  const { attribute, weight } = spec
  if (typeof attribute !== 'string') return undefined
  const targets = specList(spec.target)
  const byValue = Object.fromEntries(targets.map((target) => [String(target.value), literal(target.percent ?? 0)]))
  return call(
    'Spread.over',
    value(attribute),
    object({
      weight: weight === undefined ? undefined : literal(weight),
      targets: targets.length > 0 ? object(byValue) : undefined,
    }),
  )
}

/** A list of blocks, if each of them has a typed form. */
export function listCode(
  context: Context,
  items: FreeValue | undefined,
  code: (spec: SpecObject) => Code | undefined,
  defaults?: Readonly<Record<string, unknown>>,
): Code | undefined {
  const codes = specList(items).map((item) => sayingTheSame(context, () => code(item), item, defaults))
  const all = codes.filter((c): c is Code => c !== undefined)
  return all.length > 0 && all.length === codes.length ? array(all) : undefined
}

const healthChecks = ['checks', 'task_states', 'manual']

/** `Update.rolling(...)` or `Update.canary(...)`. */
export function updateCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  const canaries = typeof spec.canary === 'number'
  f.drop('canary')
  f.plain('maxParallel', 'max_parallel', 'number')
  f.plain('healthCheck', 'health_check', 'string', healthChecks)
  f.put('minHealthyTime', durationCode(spec.min_healthy_time), 'min_healthy_time')
  f.put('healthyDeadline', durationCode(spec.healthy_deadline), 'healthy_deadline')
  f.put('progressDeadline', durationCode(spec.progress_deadline), 'progress_deadline')
  if (canaries) f.plain('autoPromote', 'auto_promote', 'boolean')
  f.plain('autoRevert', 'auto_revert', 'boolean')
  f.put('stagger', durationCode(spec.stagger), 'stagger')
  if (f.rest.length > 0) return undefined
  return canaries ? call('Update.canary', literal(spec.canary), f.object()) : call('Update.rolling', f.object())
}

/** `Restart.attempts(...)` and its sisters. */
export function restartCode(context: Context, spec: SpecObject): Code | undefined {
  const { attempts, mode, ...more } = spec
  if (typeof attempts !== 'number') return undefined
  if (attempts === 0 && mode === 'fail' && Object.keys(more).length === 0) return call('Restart.never')
  const f = new Fields(context, spec)
  f.drop('attempts', 'mode')
  f.put('interval', durationCode(spec.interval), 'interval')
  f.put('delay', durationCode(spec.delay), 'delay')
  f.plain('renderTemplates', 'render_templates', 'boolean')
  return f.rest.length > 0
    ? undefined
    : call(mode === 'delay' ? 'Restart.delayed' : 'Restart.attempts', value(attempts), f.object())
}

/** `Reschedule.unlimited(...)` and its sisters. */
export function rescheduleCode(context: Context, spec: SpecObject): Code | undefined {
  const { attempts, unlimited, interval, ...more } = spec
  if (attempts === 0 && unlimited === false && Object.keys(more).length === 0) return call('Reschedule.never')
  const f = new Fields(context, spec)
  f.drop('attempts', 'unlimited', 'interval')
  f.put('delay', durationCode(spec.delay), 'delay')
  f.plain('delayFunction', 'delay_function', 'string', ['constant', 'exponential', 'fibonacci'])
  f.put('maxDelay', durationCode(spec.max_delay), 'max_delay')
  if (f.rest.length > 0) return undefined
  if (unlimited === true) return interval === undefined ? call('Reschedule.unlimited', f.object()) : undefined
  return typeof attempts === 'number'
    ? call('Reschedule.attempts', value(attempts), durationCode(interval), f.object())
    : undefined
}

/** `Migrate.of(...)`. */
export function migrateCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.plain('maxParallel', 'max_parallel', 'number')
  f.plain('healthCheck', 'health_check', 'string', ['checks', 'task_states'])
  f.put('minHealthyTime', durationCode(spec.min_healthy_time), 'min_healthy_time')
  f.put('healthyDeadline', durationCode(spec.healthy_deadline), 'healthy_deadline')
  return required('Migrate.of', f)
}

const reconcile = ['keep_original', 'keep_replacement', 'best_score', 'longest_running']

/** `Disconnect.of(...)`. */
export function disconnectCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.put('lostAfter', durationCode(spec.lost_after), 'lost_after')
  f.put('stopOnClientAfter', durationCode(spec.stop_on_client_after), 'stop_on_client_after')
  f.plain('replace', 'replace', 'boolean')
  f.plain('reconcile', 'reconcile', 'string', reconcile)
  return required('Disconnect.of', f)
}

/** A call whose only argument is an object that must be there, also where it is empty. */
export function required(callee: string, fields: Fields): Code | undefined {
  return fields.rest.length > 0 ? undefined : { kind: 'call', callee, args: [fields.object()] }
}

/** `Consul.default()` or `Consul.of(...)`. */
export function consulCode(spec: SpecObject): Code {
  return Object.keys(spec).length === 0 ? call('Consul.default') : call('Consul.of', literal(spec))
}

/** `Identity.default(...)` or `Identity.named(...)`. */
export function identityCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.drop('name')
  f.plain('audience', 'aud', 'texts')
  f.put('ttl', durationCode(spec.ttl), 'ttl')
  f.plain('env', 'env', 'boolean')
  f.plain('file', 'file', 'boolean')
  f.plain('filepath', 'filepath', 'string')
  f.plain('changeMode', 'change_mode', 'string', ['noop', 'signal', 'restart'])
  f.plain('changeSignal', 'change_signal', 'string')
  const { name } = spec
  return typeof name === 'string' && name !== ''
    ? call('Identity.named', value(name), f.object())
    : call('Identity.default', f.object())
}

/** `{ limit, grace }`, for services and checks. */
export function checkRestartCode(context: Context, spec: FreeValue | undefined): Code | undefined {
  if (!isSpecObject(spec)) return undefined
  const f = new Fields(context, spec)
  f.plain('limit', 'limit', 'number')
  f.put('grace', durationCode(spec.grace), 'grace')
  f.plain('ignoreWarnings', 'ignore_warnings', 'boolean')
  return f.rest.length === 0 && spec.limit !== undefined ? f.object() : undefined
}
