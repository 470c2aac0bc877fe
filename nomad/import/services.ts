import type { FreeValue } from '../spec'
import { array, call, type Code, literal, value } from './code'
import type { SpecObject } from './decode'
import type { PortCode } from './drivers'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import { connectCode } from './connect'
import { checkRestartCode, durationCode, identityCode } from './values'

const addressModes = ['alloc', 'auto', 'driver', 'host']
const onUpdates = ['require_healthy', 'ignore_warnings', 'ignore']

/** The arguments of `addService`. */
export function serviceCode(context: Context, spec: SpecObject, usual: string, port: PortCode): Code[] {
  const f = new Fields(context, spec)
  const name = typeof spec.name === 'string' ? spec.name : context.exact ? '' : usual
  f.drop('name')
  if (typeof spec.port === 'string') f.put('port', port(spec.port), 'port')
  f.plain('provider', 'provider', 'string', ['consul', 'nomad'])
  f.plain('tags', 'tags', 'texts')
  f.plain('canaryTags', 'canary_tags', 'texts')
  f.map('meta', 'meta')
  f.map('canaryMeta', 'canary_meta')
  f.plain('addressMode', 'address_mode', 'string', addressModes)
  f.plain('address', 'address', 'string')
  f.map('taggedAddresses', 'tagged_addresses')
  f.plain('task', 'task', 'string')
  f.plain('onUpdate', 'on_update', 'string', onUpdates)
  f.plain('enableTagOverride', 'enable_tag_override', 'boolean')
  f.plain('cluster', 'cluster', 'string')
  f.plain('kind', 'kind', 'string')
  const { weights, check, identity, connect } = spec
  if (isSpecObject(weights) && typeof weights.passing === 'number' && typeof weights.warning === 'number') {
    f.put('weights', literal(weights), 'weights')
  }
  f.put('checkRestart', checkRestartCode(context, spec.check_restart), 'check_restart')
  if (isSpecObject(identity)) f.typed('identity', 'identity', () => identityCode(context, identity))
  if (isSpecObject(connect)) f.put('connect', connectCode(context, connect) ?? literal(connect), 'connect')
  const checks = specList(check).map((c) => checkCode(context, c, port))
  if (checks.length > 0) f.put('checks', array(checks), 'check')
  const props = f.object()
  return props.entries.length > 0 ? [value(name), props] : [value(name)]
}

/** `Check.http(...)` and its sisters, or `Check.of` for one that none of them says. */
function checkCode(context: Context, spec: SpecObject, port: PortCode): Code {
  return sayingTheSame(context, () => typedCheck(context, spec, port), spec) ?? call('Check.of', literal(spec))
}

function typedCheck(context: Context, spec: SpecObject, port: PortCode): Code | undefined {
  const every = durationCode(spec.interval)
  const timeout = durationCode(spec.timeout)
  if (!every || !timeout) return undefined
  const f = new Fields(context, spec)
  f.drop('type')
  f.put('every', every, 'interval')
  f.put('timeout', timeout, 'timeout')
  if (spec.type !== 'script' && typeof spec.port === 'string') f.put('port', port(spec.port), 'port')
  f.plain('name', 'name', 'string')
  f.plain('addressMode', 'address_mode', 'string', addressModes)
  f.plain('advertise', 'advertise', 'string')
  f.plain('initialStatus', 'initial_status', 'string', ['passing', 'warning', 'critical'])
  f.plain('successBeforePassing', 'success_before_passing', 'number')
  f.plain('failuresBeforeCritical', 'failures_before_critical', 'number')
  f.plain('failuresBeforeWarning', 'failures_before_warning', 'number')
  f.put('restart', checkRestartCode(context, spec.check_restart), 'check_restart')
  f.plain('onUpdate', 'on_update', 'string', onUpdates)
  f.plain('notes', 'notes', 'string')
  f.plain('expose', 'expose', 'boolean')
  switch (spec.type) {
    case 'http':
      f.drop('path')
      f.plain('method', 'method', 'string')
      f.plain('protocol', 'protocol', 'string', ['http', 'https'])
      f.put('headers', headers(spec.header), 'header')
      f.plain('body', 'body', 'string')
      f.plain('tlsSkipVerify', 'tls_skip_verify', 'boolean')
      f.plain('tlsServerName', 'tls_server_name', 'string')
      return typeof spec.path === 'string' ? call('Check.http', value(spec.path), f.object()) : undefined
    case 'tcp':
      return call('Check.tcp', f.object())
    case 'grpc':
      f.plain('service', 'grpc_service', 'string')
      f.plain('useTls', 'grpc_use_tls', 'boolean')
      f.plain('tlsSkipVerify', 'tls_skip_verify', 'boolean')
      f.plain('tlsServerName', 'tls_server_name', 'string')
      return call('Check.grpc', f.object())
    case 'script':
      f.drop('command')
      f.plain('args', 'args', 'texts')
      f.plain('task', 'task', 'string')
      return typeof spec.command === 'string' ? call('Check.script', value(spec.command), f.object()) : undefined
    default:
      return undefined
  }
}

function headers(header: FreeValue | undefined): Code | undefined {
  return isSpecObject(header) && Object.values(header).every(Array.isArray) ? literal(header) : undefined
}
