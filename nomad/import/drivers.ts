import type { FreeValue } from '../spec'
import { array, call, type Code, literal, object, value } from './code'
import type { SpecObject } from './decode'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import type { Block } from './scan'
import { durationCode, mebibytesCode, sizeCode } from './values'

/** Writes a reference to a port of the group where there is one of this label, or else the label. */
export type PortCode = (label: string) => Code

type Kind =
  'string' | 'number' | 'boolean' | 'texts' | 'map' | 'ports' | 'mebibytes' | 'bytes' | 'duration' | readonly string[]

const docker: Readonly<Record<string, Kind>> = {
  command: 'string',
  args: 'texts',
  entrypoint: 'texts',
  ports: 'ports',
  volumes: 'texts',
  readonly_rootfs: 'boolean',
  init: 'boolean',
  cap_add: 'texts',
  cap_drop: 'texts',
  ulimit: 'map',
  sysctl: 'map',
  labels: 'map',
  network_mode: 'string',
  network_aliases: 'texts',
  hostname: 'string',
  extra_hosts: 'texts',
  dns_servers: 'texts',
  dns_search_domains: 'texts',
  dns_options: 'texts',
  security_opt: 'texts',
  group_add: 'texts',
  cpu_hard_limit: 'boolean',
  cpu_cfs_period: 'number',
  cpuset_cpus: 'string',
  memory_hard_limit: 'mebibytes',
  shm_size: 'bytes',
  pids_limit: 'number',
  oom_score_adj: 'number',
  privileged: 'boolean',
  pid_mode: ['host'],
  ipc_mode: 'string',
  uts_mode: ['host'],
  userns_mode: ['host'],
  cgroupns: ['private', 'host'],
  runtime: 'string',
  work_dir: 'string',
  auth_soft_fail: 'boolean',
  force_pull: 'boolean',
  image_pull_timeout: 'duration',
  load: 'string',
  storage_opt: 'map',
  interactive: 'boolean',
  tty: 'boolean',
  ipv4_address: 'string',
  ipv6_address: 'string',
  mac_address: 'string',
  advertise_ipv6_address: 'boolean',
  volume_driver: 'string',
  isolation: ['hyperv', 'process'],
  container_exists_attempts: 'number',
}

const isolation: Readonly<Record<string, Kind>> = {
  pid_mode: ['private', 'host'],
  ipc_mode: ['private', 'host'],
  cap_add: 'texts',
  cap_drop: 'texts',
}

const podman: Readonly<Record<string, Kind>> = {
  ...{ command: 'string', args: 'texts', entrypoint: 'texts', working_dir: 'string', ports: 'ports', volumes: 'texts' },
  ...{ tmpfs: 'texts', labels: 'map', network_mode: 'string', hostname: 'string', extra_hosts: 'texts', dns: 'texts' },
  ...{ init: 'boolean', init_path: 'string', memory_reservation: 'string', memory_swap: 'string' },
  ...{ memory_swappiness: 'number', cpu_hard_limit: 'boolean', sysctl: 'map', ulimit: 'map', cap_add: 'texts' },
  ...{ cap_drop: 'texts', devices: 'texts', privileged: 'boolean', readonly_rootfs: 'boolean', force_pull: 'boolean' },
  ...{ security_opt: 'texts', userns: 'string', tty: 'boolean', image_pull_timeout: 'duration' },
}

/** The drivers that have a class: the key that its factory takes first, the factory, and the other keys. */
const typed: Readonly<
  Record<string, readonly (readonly [key: string, callee: string, kinds: Readonly<Record<string, Kind>>])[]>
> = {
  docker: [['image', 'Docker.image', docker]],
  podman: [['image', 'Podman.image', podman]],
  exec: [['command', 'Exec.command', { args: 'texts', work_dir: 'string', ...isolation }]],
  raw_exec: [
    [
      'command',
      'RawExec.command',
      {
        args: 'texts',
        work_dir: 'string',
        oom_score_adj: 'number',
        cgroup_v2_override: 'string',
        denied_envvars: 'texts',
        cgroup_v1_override: 'map',
      },
    ],
  ],
  java: [
    [
      'jar_path',
      'Java.jar',
      { args: 'texts', jvm_options: 'texts', class_path: 'string', work_dir: 'string', ...isolation },
    ],
    [
      'class',
      'Java.main',
      { args: 'texts', jvm_options: 'texts', class_path: 'string', work_dir: 'string', ...isolation },
    ],
  ],
  qemu: [
    [
      'image_path',
      'Qemu.image',
      {
        ...{ emulator: 'string', machine_type: 'string', drive_interface: 'string', accelerator: 'string' },
        ...{ graceful_shutdown: 'boolean', guest_agent: 'boolean', args: 'texts', port_map: 'map' },
      },
    ],
  ],
}

/** A task's driver with its config: by its class where it has one. */
export function driverCode(
  context: Context,
  name: string,
  config: SpecObject,
  block: Block | undefined,
  port: PortCode,
): Code {
  for (const [key, callee, kinds] of typed[name] ?? []) {
    const first = config[key]
    if (typeof first !== 'string') continue
    const code = sayingTheSame(
      context,
      () => call(callee, value(first), options(context, config, key, kinds, block, port)),
      config,
    )
    if (code) return code
  }
  return call('Driver.other', value(name), literal(config))
}

function options(
  context: Context,
  config: SpecObject,
  first: string,
  kinds: Readonly<Record<string, Kind>>,
  block: Block | undefined,
  port: PortCode,
): Code {
  const f = new Fields(context, config, block)
  f.drop(first)
  if (kinds === docker) dockerBlocks(f)
  for (const [key, kind] of Object.entries(kinds)) if (config[key] !== undefined) option(f, key, kind, port)
  return f.object()
}

const names: Readonly<Record<string, string>> = { ulimit: 'ulimits' }

function option(f: Fields, key: string, kind: Kind, port: PortCode): void {
  const name = names[key] ?? key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())
  const given = f.spec[key]
  if (typeof kind !== 'string') return f.plain(name, key, 'string', kind)
  switch (kind) {
    case 'map': {
      const [only, ...more] = specList(given)
      const flat =
        only && more.length === 0 && Object.values(only).every((v) => typeof v === 'string' || typeof v === 'number')
      return f.put(name, flat ? literal(only) : undefined, key)
    }
    case 'ports': {
      const labels = Array.isArray(given) ? given.filter((label) => typeof label === 'string') : []
      return f.put(
        name,
        Array.isArray(given) && labels.length === given.length ? array(labels.map(port)) : undefined,
        key,
      )
    }
    case 'mebibytes':
      return f.put(name, mebibytesCode(given), key)
    case 'bytes':
      return f.put(name, sizeCode(given), key)
    case 'duration':
      return f.put(name, durationCode(given), key)
    default:
      return f.plain(name, key, kind)
  }
}

function dockerBlocks(f: Fields): void {
  const { mount, devices, auth, logging, healthchecks } = f.spec
  const mounts = specList(mount).map(mountCode)
  const known = mounts.filter((m): m is Code => m !== undefined)
  f.put('mounts', known.length > 0 && known.length === mounts.length ? array(known) : undefined, 'mount')
  f.put(
    'devices',
    blocks(
      devices,
      { host_path: 'hostPath', container_path: 'containerPath', cgroup_permissions: 'cgroupPermissions' },
      ['host_path'],
    ),
    'devices',
  )
  const credentials = { username: 'username', password: 'password', server_address: 'serverAddress', email: 'email' }
  f.put('auth', single(blocks(auth, credentials, ['username', 'password'])), 'auth')
  f.put('healthchecks', single(blocks(healthchecks, { disable: 'disable' }, ['disable'])), 'healthchecks')
  const [log, ...more] = specList(logging)
  if (!log || more.length > 0) return
  const { type, driver, config, ...unknown } = log
  const [map, ...others] = specList(config)
  if (Object.keys(unknown).length > 0 || others.length > 0 || (config !== undefined && !map)) return
  const parts = { type: optional(type), driver: optional(driver), config: map && literal(map) }
  f.put('logging', object(parts), 'logging')
}

/** Blocks whose keys are known, as objects with typed names. */
function blocks(
  given: FreeValue | undefined,
  keys: Readonly<Record<string, string>>,
  needed: readonly string[],
): Code | undefined {
  const items = specList(given)
  const fits = items.every(
    (item) => Object.keys(item).every((key) => key in keys) && needed.every((key) => item[key] !== undefined),
  )
  if (!fits || items.length === 0) return undefined
  return array(
    items.map((item) =>
      object(Object.fromEntries(Object.entries(item).map(([key, v]) => [keys[key] ?? key, optional(v)]))),
    ),
  )
}

function single(code: Code | undefined): Code | undefined {
  return code?.kind === 'array' && code.items.length === 1 ? code.items[0] : undefined
}

function mountCode(mount: SpecObject): Code | undefined {
  const { type, source, target, readonly, bind_options: bind, volume_options: volume, tmpfs_options: tmpfs } = mount
  if (typeof target !== 'string') return undefined
  const readOnly = optional(readonly)
  switch (type) {
    case 'bind': {
      const [options] = specList(bind)
      if (typeof source !== 'string') return undefined
      return call(
        'DockerMount.bind',
        value(source),
        value(target),
        object({ readOnly, propagation: optional(options?.propagation) }),
      )
    }
    case 'tmpfs': {
      const [options] = specList(tmpfs)
      return call(
        'DockerMount.tmpfs',
        value(target),
        object({ size: sizeCode(options?.size), mode: optional(options?.mode) }),
      )
    }
    case 'volume': {
      const [options] = specList(volume)
      const [driver] = specList(options?.driver_config)
      const [labels] = specList(options?.labels)
      const [driverOptions] = specList(driver?.options)
      return call(
        'DockerMount.volume',
        value(target),
        object({
          source: optional(source),
          readOnly,
          noCopy: optional(options?.no_copy),
          labels: labels && literal(labels),
          driver: optional(driver?.name),
          driverOptions: driverOptions && literal(driverOptions),
        }),
      )
    }
    default:
      return undefined
  }
}

/** The code of a value that may not be there. */
export function optional(v: FreeValue | undefined): Code | undefined {
  return v === undefined || isSpecObject(v) ? undefined : literal(v)
}
