import { Port } from '../network'
import { call, type Code, literal, object, value } from './code'
import type { SpecObject } from './decode'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import { serviceCode } from './services'
import { taskCode, volumeNamed } from './task'
import {
  affinityCode,
  constraintCode,
  consulCode,
  disconnectCode,
  durationCode,
  listCode,
  mebibytesCode,
  migrateCode,
  rescheduleCode,
  restartCode,
  spreadCode,
  updateCode,
} from './values'

/** A line of the constructor: an optional constant, a method of an object, its arguments. */
export interface Statement {
  readonly comments: readonly string[]
  /** The constant's name, if something refers to it. */
  readonly constant?: string
  readonly callee: string
  readonly args: readonly Code[]
  /** Whether an empty line stands before it. */
  readonly apart: boolean
}

/** A group with its ports, volumes, tasks and services, as statements. */
export function groupStatements(context: Context, spec: SpecObject): Statement[] {
  const f = new Fields(context, spec)
  const name = String(spec.name)
  const refs = new References(context, f)
  f.drop('name', 'task', 'service')
  const body = [...tasks(context, spec, refs), ...services(context, spec, refs)]
  const ports = refs.portStatements()
  const volumes = refs.volumeStatements()
  properties(f, refs)
  const props = f.object()
  const members = [...ports, ...volumes, ...body]
  const comments = f.block ? context.source.drainAll(f.block) : []
  const head: Statement = {
    comments,
    constant: members.length > 0 ? refs.group : undefined,
    callee: 'this.addGroup',
    args: props.entries.length > 0 ? [value(name), props] : [value(name)],
    apart: true,
  }
  return [head, ...members]
}

function properties(f: Fields, refs: References): void {
  const { context, spec } = f
  f.plain('count', 'count', 'number')
  f.put('network', refs.network, 'network')
  const block = (key: string) => (isSpecObject(spec[key]) ? spec[key] : undefined)
  const batch = context.jobType === 'batch' || context.jobType === 'sysbatch'
  const { update, restart, reschedule, migrate, disconnect, ephemeral_disk: disk, scaling } = spec
  if (isSpecObject(update)) f.typed('update', 'update', () => updateCode(context, update))
  if (isSpecObject(restart)) f.typed('restart', 'restart', () => restartCode(context, restart), { mode: 'fail' })
  if (isSpecObject(reschedule)) {
    f.typed(
      'reschedule',
      'reschedule',
      () => rescheduleCode(context, reschedule),
      batch ? { unlimited: false } : { attempts: 0 },
    )
  }
  if (isSpecObject(migrate)) f.typed('migrate', 'migrate', () => migrateCode(context, migrate))
  if (isSpecObject(disconnect)) f.typed('disconnect', 'disconnect', () => disconnectCode(context, disconnect))
  f.put('constraints', listCode(context, spec.constraint, constraintCode), 'constraint')
  f.put('affinities', listCode(context, spec.affinity, affinityCode, { weight: 50 }), 'affinity')
  f.put('spreads', listCode(context, spec.spread, spreadCode), 'spread')
  if (isSpecObject(disk)) {
    const d = new Fields(context, disk)
    d.put('size', mebibytesCode(disk.size), 'size')
    d.plain('sticky', 'sticky', 'boolean')
    d.plain('migrate', 'migrate', 'boolean')
    f.put('ephemeralDisk', d.rest.length > 0 ? undefined : d.object(), 'ephemeral_disk')
  }
  f.put('shutdownDelay', durationCode(spec.shutdown_delay), 'shutdown_delay')
  f.map('meta', 'meta')
  if (isSpecObject(scaling) && scaling.type === undefined) f.put('scaling', literal(scaling), 'scaling')
  const consul = block('consul')
  if (consul) f.typed('consul', 'consul', () => consulCode(consul))
}

function tasks(context: Context, spec: SpecObject, refs: References): Statement[] {
  return specList(spec.task).flatMap((task) => {
    const name = String(task.name)
    const props = taskCode(context, task, refs.port, refs.volume)
    const own = specList(task.service)
    const constant = own.length > 0 ? context.names.free(name, `${name}Task`) : undefined
    const added = own.map((service): Statement => {
      const args = serviceCode(context, service, `${context.jobName}-${String(spec.name)}-${name}`, refs.port)
      return { comments: leftOver(context, service), callee: `${constant}.addService`, args, apart: false }
    })
    const comments = leftOver(context, task)
    const head: Statement = {
      comments,
      constant,
      callee: `${refs.group}.addTask`,
      args: [value(name), props],
      apart: true,
    }
    return [head, ...added]
  })
}

function services(context: Context, spec: SpecObject, refs: References): Statement[] {
  return specList(spec.service).map((service, i): Statement => {
    const args = serviceCode(context, service, `${context.jobName}-${String(spec.name)}`, refs.port)
    return { comments: leftOver(context, service), callee: `${refs.group}.addService`, args, apart: i === 0 }
  })
}

function leftOver(context: Context, spec: SpecObject): string[] {
  const block = context.source.blockOf(spec)
  return block ? context.source.drainAll(block) : []
}

/** What tasks and services of a group refer to: its ports and volumes, each a constant once something does. */
class References {
  readonly group: string
  readonly network: Code | undefined
  private readonly ports = new Map<string, SpecObject>()
  private readonly volumes = new Map<string, { spec: SpecObject; source: Code | undefined }>()
  private readonly constants = new Map<string, string>()

  constructor(
    private readonly context: Context,
    f: Fields,
  ) {
    const name = String(f.spec.name)
    this.group = context.names.free(name, `${name}Group`)
    const networks = specList(f.spec.network)
    const [network] = networks
    if (network && networks.length === 1) {
      this.network = this.networkCode(network)
      const plain = Object.keys(network).every((key) => key === 'port')
      if (this.network || (plain && specList(network.port).length > 0)) {
        for (const port of specList(network.port)) this.ports.set(String(port.label), port)
        f.drop('network')
      }
    }
    const volumes = specList(f.spec.volume).map((spec) => ({ spec, source: this.sourceCode(spec) }))
    if (volumes.length > 0 && volumes.every((v) => v.source !== undefined)) {
      for (const volume of volumes) this.volumes.set(String(volume.spec.name), volume)
      f.drop('volume')
    }
  }

  /** A port of the group as its constant, anything else as its label. */
  readonly port = (label: string): Code => {
    if (!this.ports.has(label)) return value(label)
    return { kind: 'name', name: this.constant(`port ${label}`, label, `${label}Port`), stands: new Port(label) }
  }

  /** A volume of the group as its constant, anything else as its name. */
  readonly volume = (name: string): Code => {
    if (!this.volumes.has(name)) return value(name)
    return { kind: 'name', name: this.constant(`volume ${name}`, name, `${name}Volume`), stands: volumeNamed(name) }
  }

  portStatements(): Statement[] {
    return [...this.ports].map(([label, spec]): Statement => {
      const f = new Fields(this.context, spec)
      f.drop('label')
      f.plain('static', 'static', 'number')
      f.plain('to', 'to', 'number')
      f.plain('hostNetwork', 'host_network', 'string')
      f.plain('ignoreCollision', 'ignore_collision', 'boolean')
      const props = f.object()
      const args = props.entries.length > 0 ? [value(label), props] : [value(label)]
      const comments = leftOver(this.context, spec)
      return {
        comments,
        constant: this.constants.get(`port ${label}`),
        callee: `${this.group}.addPort`,
        args,
        apart: false,
      }
    })
  }

  volumeStatements(): Statement[] {
    return [...this.volumes].map(([name, { spec, source }]): Statement => {
      const usual = source?.kind === 'call' && source.callee === 'VolumeSource.host' && source.args.length === 0
      const args = source === undefined || usual ? [value(name)] : [value(name), source]
      const comments = leftOver(this.context, spec)
      return {
        comments,
        constant: this.constants.get(`volume ${name}`),
        callee: `${this.group}.addVolume`,
        args,
        apart: false,
      }
    })
  }

  private constant(key: string, ...wishes: string[]): string {
    const known = this.constants.get(key)
    if (known !== undefined) return known
    const name = this.context.names.free(...wishes)
    this.constants.set(key, name)
    return name
  }

  private networkCode(spec: SpecObject): Code | undefined {
    const { mode, port, ...rest } = spec
    void port
    const cni = typeof mode === 'string' && mode.startsWith('cni/') ? mode.slice(4) : undefined
    if (typeof mode !== 'string' || (cni === undefined && !['bridge', 'host', 'none'].includes(mode))) return undefined
    const wanted = { mode, ...rest }
    this.context.source.place(wanted, this.context.source.blockOf(spec))
    return sayingTheSame(
      this.context,
      () => {
        const f = new Fields(this.context, wanted)
        f.drop('mode')
        f.plain('hostname', 'hostname', 'string')
        f.put('dns', isSpecObject(spec.dns) ? literal(spec.dns) : undefined, 'dns')
        const args = isSpecObject(spec.cni) ? spec.cni.args : undefined
        if (cni !== undefined && isSpecObject(args)) f.put('args', literal(args), 'cni')
        return cni === undefined ? call(`Network.${mode}`, f.object()) : call('Network.cni', value(cni), f.object())
      },
      wanted,
    )
  }

  private sourceCode(spec: SpecObject): Code | undefined {
    const { name, type, mount_options: mount } = spec
    const f = new Fields(this.context, spec)
    f.drop('name', 'type')
    if (spec.source === name) f.drop('source')
    f.plain('source', 'source', 'string')
    f.plain('readOnly', 'read_only', 'boolean')
    f.plain('sticky', 'sticky', 'boolean')
    f.plain('perAlloc', 'per_alloc', 'boolean')
    f.plain('accessMode', 'access_mode', 'string', type === 'csi' ? accessModes : undefined)
    f.plain('attachmentMode', 'attachment_mode', 'string', ['file-system', 'block-device'])
    if (isSpecObject(mount)) {
      f.put(
        'mountOptions',
        object({ fsType: text(mount.fs_type), mountFlags: texts(mount.mount_flags) }),
        'mount_options',
      )
    }
    const whole =
      type === 'host' || (type === 'csi' && spec.access_mode !== undefined && spec.attachment_mode !== undefined)
    // without a source the typed form would name one
    return whole && f.rest.length === 0 && spec.source !== undefined
      ? call(`VolumeSource.${type}`, f.object())
      : undefined
  }
}

const accessModes = [
  ...['single-node-reader-only', 'single-node-writer', 'multi-node-reader-only'],
  ...['multi-node-single-writer', 'multi-node-multi-writer'],
]

function text(v: unknown): Code | undefined {
  return typeof v === 'string' ? value(v) : undefined
}

function texts(v: unknown): Code | undefined {
  return Array.isArray(v) ? literal(v) : undefined
}
