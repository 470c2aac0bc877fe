import { Volume } from '../volume'
import { array, call, type Code, literal, object, value } from './code'
import { logsCode } from './connect'
import type { SpecObject } from './decode'
import { driverCode, optional, type PortCode } from './drivers'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import { camelCase } from './names'
import { resourcesCode } from './resources'
import { affinityCode, constraintCode, consulCode, durationCode, identityCode, listCode, restartCode } from './values'

/** Writes a reference to a volume of the group, or its name. */
export type VolumeCode = (name: string) => Code

/** Nomad's own, for a task that doesn't say. */
const usual = { cpu: 100, memory: 300 }

/** The properties of a task. Its services are not among them. */
export function taskCode(
  context: Context,
  spec: SpecObject,
  port: PortCode,
  volume: VolumeCode,
): Code & { kind: 'object' } {
  const f = new Fields(context, spec)
  f.drop('name', 'service')
  driver(f, port)
  resources(f)
  f.plain('user', 'user', 'string')
  f.map('env', 'env')
  const templates = specList(spec.template).map((t) => templateCode(context, t, String(spec.name)))
  f.put('templates', all(templates), 'template')
  f.put('mounts', all(specList(spec.volume_mount).map((m) => mountCode(context, m, volume))), 'volume_mount')
  f.put('artifacts', literals(spec.artifact), 'artifact')
  f.typed('lifecycle', 'lifecycle', lifecycleCode, { sidecar: false })
  f.plain('leader', 'leader', 'boolean')
  f.put('killTimeout', durationCode(spec.kill_timeout), 'kill_timeout')
  f.plain('killSignal', 'kill_signal', 'string')
  f.put('shutdownDelay', durationCode(spec.shutdown_delay), 'shutdown_delay')
  if (isSpecObject(spec.restart)) {
    const restart = spec.restart
    f.typed('restart', 'restart', () => restartCode(context, restart), { mode: 'fail' })
  }
  if (isSpecObject(spec.logs)) f.put('logs', logsCode(context, spec.logs), 'logs')
  f.put(
    'identities',
    listCode(context, spec.identity, (identity) => identityCode(context, identity)),
    'identity',
  )
  f.typed('consul', 'consul', (consul) => (isSpecObject(consul) ? consulCode(consul) : undefined))
  f.put('vault', isSpecObject(spec.vault) ? vaultCode(context, spec.vault) : undefined, 'vault')
  f.put('actions', listCode(context, spec.action, actionCode), 'action')
  f.put('constraints', listCode(context, spec.constraint, constraintCode), 'constraint')
  f.put('affinities', listCode(context, spec.affinity, affinityCode, { weight: 50 }), 'affinity')
  f.map('meta', 'meta')
  f.put('secrets', literals(spec.secret), 'secret')
  const payload = spec.dispatch_payload
  if (isSpecObject(payload) && typeof payload.file === 'string')
    f.put('dispatchPayload', value(payload.file), 'dispatch_payload')
  return f.object()
}

function driver(f: Fields, port: PortCode): void {
  const { driver: name, config } = f.spec
  const [block] = f.context.source.children(f.block, 'config', [undefined])
  if (typeof name === 'string') {
    f.put('driver', driverCode(f.context, name, isSpecObject(config) ? config : {}, block, port), 'driver', 'config')
    return
  }
  f.put('driver', call('Driver.other', value('none')))
  f.override('driver', value(undefined))
  if (config === undefined) f.override('config', value(undefined))
}

function resources(f: Fields): void {
  const given = isSpecObject(f.spec.resources) ? f.spec.resources : undefined
  const { exact } = f.context
  const whole: SpecObject = exact
    ? { ...given }
    : { ...(given?.cores === undefined ? { cpu: usual.cpu } : {}), memory: usual.memory, ...given }
  if (given) f.context.source.place(whole, f.context.source.blockOf(given))
  const code = resourcesCode(f.context, whole)
  if (code && whole.memory !== undefined && !(exact && !given)) return f.put('resources', code, 'resources')
  // `raw` is what holds then; the type asks for a memory all the same
  const memory = typeof given?.memory === 'number' && given.memory > 0 ? given.memory : usual.memory
  f.put('resources', object({ memory: call('Memory.mebibytes', value(memory)) }))
  if (!given) f.override('resources', value(undefined))
}

function templateCode(context: Context, spec: SpecObject, task: string): Code | undefined {
  const { data, source, destination, change_script: script } = spec
  const wanted = isSpecObject(script) ? { ...spec, change_script: { fail_on_error: false, ...script } } : spec
  return sayingTheSame(
    context,
    () => {
      if (typeof destination !== 'string') return undefined
      const f = new Fields(context, spec)
      f.drop('data', 'source', 'change_mode', 'change_signal', 'change_script')
      f.plain('destination', 'destination', 'string')
      f.put('onChange', changeCode(spec))
      f.plain('env', 'env', 'boolean')
      f.plain('perms', 'perms', 'string')
      f.plain('uid', 'uid', 'number')
      f.plain('gid', 'gid', 'number')
      f.plain('once', 'once', 'boolean')
      f.put('splay', durationCode(spec.splay), 'splay')
      if (isSpecObject(spec.wait)) {
        f.put('wait', object({ min: durationCode(spec.wait.min), max: durationCode(spec.wait.max) }), 'wait')
      }
      f.plain('errorOnMissingKey', 'error_on_missing_key', 'boolean')
      f.plain('leftDelimiter', 'left_delimiter', 'string')
      f.plain('rightDelimiter', 'right_delimiter', 'string')
      if (f.rest.length > 0) return undefined
      if (typeof source === 'string' && data === undefined) return call('Template.fromFile', value(source), f.object())
      if (typeof data !== 'string' || source !== undefined) return undefined
      const plain = !data.includes(typeof spec.left_delimiter === 'string' ? spec.left_delimiter : '{{')
      return call(plain ? 'Template.of' : 'Template.raw', value(data, constantName(destination, task)), f.object())
    },
    wanted,
  )
}

/** `local/nginx.conf` as `nginxConf`. */
function constantName(destination: string, task: string): string {
  const file =
    destination
      .split('/')
      .pop()
      ?.replace(/\$\{[^}]*\}/g, '') ?? ''
  return /[A-Za-z]/.test(file) ? camelCase(file) : `${camelCase(task)}Template`
}

function changeCode(spec: SpecObject): Code | undefined {
  const { change_mode: mode, change_signal: signal, change_script: script } = spec
  if (mode === 'noop' || mode === 'restart') return call(`Change.${mode}`)
  if (mode === 'signal' && typeof signal === 'string') return call('Change.signal', value(signal))
  if (mode !== 'script' || !isSpecObject(script)) return undefined
  const options = object({
    args: Array.isArray(script.args) ? literal(script.args) : undefined,
    timeout: durationCode(script.timeout),
    failOnError: script.fail_on_error === true ? value(true) : undefined,
  })
  return call('Change.script', optional(script.command) ?? value(''), options)
}

function mountCode(context: Context, spec: SpecObject, volume: VolumeCode): Code | undefined {
  const { volume: name, destination } = spec
  if (typeof name !== 'string' || typeof destination !== 'string') return undefined
  const f = new Fields(context, spec)
  f.put('volume', volume(name), 'volume')
  f.plain('destination', 'destination', 'string')
  f.plain('readOnly', 'read_only', 'boolean')
  f.plain('propagationMode', 'propagation_mode', 'string', ['private', 'host-to-task', 'bidirectional'])
  f.plain('selinuxLabel', 'selinux_label', 'string')
  return f.rest.length > 0 ? undefined : f.object()
}

/** A volume by its name, for code that is tried out. */
export function volumeNamed(name: string): Volume {
  return { toString: () => name } as Volume
}

function lifecycleCode(spec: unknown): Code | undefined {
  const { hook, sidecar } = spec as SpecObject
  if (hook !== 'prestart' && hook !== 'poststart' && hook !== 'poststop') return undefined
  return call(`Lifecycle.${hook}`, object({ sidecar: sidecar === true ? value(true) : undefined }))
}

function vaultCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.plain('policies', 'policies', 'texts')
  f.plain('role', 'role', 'string')
  f.plain('namespace', 'namespace', 'string')
  f.plain('cluster', 'cluster', 'string')
  f.plain('env', 'env', 'boolean')
  f.plain('disableFile', 'disable_file', 'boolean')
  f.plain('changeMode', 'change_mode', 'string', ['noop', 'signal', 'restart'])
  f.plain('changeSignal', 'change_signal', 'string')
  f.plain('allowTokenExpiration', 'allow_token_expiration', 'boolean')
  return f.rest.length > 0 ? undefined : f.object()
}

function actionCode(spec: SpecObject): Code | undefined {
  const { name, command, args } = spec
  if (typeof name !== 'string' || typeof command !== 'string') return undefined
  return call(
    'Action.of',
    value(name),
    value(command),
    Array.isArray(args) && args.length > 0 ? literal(args) : undefined,
  )
}

function literals(given: unknown): Code | undefined {
  const items = Array.isArray(given) ? (given as SpecObject[]) : []
  return items.length > 0 ? array(items.map((item) => literal(item))) : undefined
}

function all(codes: readonly (Code | undefined)[]): Code | undefined {
  const known = codes.filter((code): code is Code => code !== undefined)
  return known.length > 0 && known.length === codes.length ? array(known) : undefined
}
