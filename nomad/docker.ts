import { type DockerMount, mountConfig } from './docker-mount'
import { Driver } from './driver'
import type { Port } from './network'
import type { FreeValue } from './spec'
import type { Duration, Size } from './units'

export interface DockerOptions {
  readonly command?: string
  readonly args?: readonly string[]
  /** @default - the image's */
  readonly entrypoint?: readonly string[]
  /** Ports of the group that are published to the container. Not with a group network of mode bridge, which does that. @default - none */
  readonly ports?: readonly (Port | string)[]
  /** @default [] */
  readonly mounts?: readonly DockerMount[]
  /** Binds as `host:container[:ro]`; prefer `mounts`. @default [] */
  readonly volumes?: readonly string[]
  /** Memory file systems: path to size. @default {} */
  readonly tmpfs?: Readonly<Record<string, Size>>
  /** @default false */
  readonly readonlyRootfs?: boolean
  /** An init process that reaps children. @default false */
  readonly init?: boolean
  /** @default - Docker's own set, as far as the client allows it */
  readonly capAdd?: readonly string[]
  /** @default [] */
  readonly capDrop?: readonly string[]
  /** Limits: `{ nofile: '65536:65536' }`. @default {} */
  readonly ulimits?: Readonly<Record<string, string>>
  /** @default {} */
  readonly sysctl?: Readonly<Record<string, string>>
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>
  /** Docker's log driver. @default - json-file, kept by Nomad */
  readonly logging?: { readonly type: string; readonly config?: Readonly<Record<string, string>> }
  /** @default - that of the group */
  readonly networkMode?: string
  readonly networkAliases?: readonly string[]
  readonly hostname?: string
  /** `name:address`. @default [] */
  readonly extraHosts?: readonly string[]
  readonly dnsServers?: readonly string[]
  readonly dnsSearchDomains?: readonly string[]
  readonly dnsOptions?: readonly string[]
  readonly securityOpt?: readonly string[]
  readonly groupAdd?: readonly string[]
  /** Bounds the task to its MHz even while the node has some left. @default false */
  readonly cpuHardLimit?: boolean
  /** @default - Nomad's: 100,000 microseconds */
  readonly cpuCfsPeriod?: number
  readonly cpusetCpus?: string
  /** Soft limit is the task's memory then, this the hard one. @default - the task's memory */
  readonly memoryHardLimit?: Size
  readonly shmSize?: Size
  readonly pidsLimit?: number
  readonly oomScoreAdj?: number
  /** @default false */
  readonly privileged?: boolean
  readonly pidMode?: 'host'
  readonly ipcMode?: string
  readonly utsMode?: 'host'
  readonly usernsMode?: 'host'
  readonly cgroupns?: 'private' | 'host'
  readonly runtime?: string
  readonly workDir?: string
  readonly devices?: readonly {
    readonly hostPath: string
    readonly containerPath?: string
    readonly cgroupPermissions?: string
  }[]
  readonly auth?: {
    readonly username: string
    readonly password: string
    readonly serverAddress?: string
    readonly email?: string
  }
  readonly authSoftFail?: boolean
  /** Pulls even when the node has the image. @default false */
  readonly forcePull?: boolean
  readonly imagePullTimeout?: Duration
  /** An image archive of the task's directory to load instead of pulling. @default - none */
  readonly load?: string
  /** The image's own health checks. @default - as in the image */
  readonly healthchecks?: { readonly disable: boolean }
  readonly storageOpt?: Readonly<Record<string, string>>
  readonly interactive?: boolean
  readonly tty?: boolean
  readonly ipv4Address?: string
  readonly ipv6Address?: string
  readonly macAddress?: string
  readonly advertiseIpv6Address?: boolean
  readonly volumeDriver?: string
  readonly isolation?: 'hyperv' | 'process'
  readonly containerExistsAttempts?: number
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A container of Docker. */
export class Docker extends Driver {
  private constructor(
    readonly imageName: string,
    readonly options: DockerOptions,
  ) {
    super('docker', dockerConfig(imageName, options))
  }

  /** @param image reference with a version: `registry/name:version` */
  static image(image: string, options: DockerOptions = {}): Docker {
    return new Docker(image, options)
  }
}

const list = (items?: readonly string[]) => items && [...items]
const one = (map?: Readonly<Record<string, string>>) => (map && Object.keys(map).length > 0 ? [{ ...map }] : undefined)

function dockerConfig(image: string, o: DockerOptions): Record<string, FreeValue | undefined> {
  const tmpfs = Object.entries(o.tmpfs ?? {}).map(([target, size]) =>
    mountConfig({ type: 'tmpfs', target, options: { size } }),
  )
  const mounts = [...(o.mounts ?? []).map((mount) => mount.toConfig()), ...tmpfs]
  return {
    image,
    command: o.command,
    args: list(o.args),
    entrypoint: list(o.entrypoint),
    ports: o.ports?.map(String),
    volumes: list(o.volumes),
    readonly_rootfs: o.readonlyRootfs,
    init: o.init,
    cap_add: list(o.capAdd),
    cap_drop: list(o.capDrop),
    network_mode: o.networkMode,
    network_aliases: list(o.networkAliases),
    hostname: o.hostname,
    extra_hosts: list(o.extraHosts),
    dns_servers: list(o.dnsServers),
    dns_search_domains: list(o.dnsSearchDomains),
    dns_options: list(o.dnsOptions),
    security_opt: list(o.securityOpt),
    group_add: list(o.groupAdd),
    cpu_hard_limit: o.cpuHardLimit,
    cpu_cfs_period: o.cpuCfsPeriod,
    cpuset_cpus: o.cpusetCpus,
    memory_hard_limit: o.memoryHardLimit?.toMebibytes(),
    shm_size: o.shmSize?.toBytes,
    pids_limit: o.pidsLimit,
    oom_score_adj: o.oomScoreAdj,
    privileged: o.privileged,
    pid_mode: o.pidMode,
    ipc_mode: o.ipcMode,
    uts_mode: o.utsMode,
    userns_mode: o.usernsMode,
    cgroupns: o.cgroupns,
    runtime: o.runtime,
    work_dir: o.workDir,
    auth_soft_fail: o.authSoftFail,
    force_pull: o.forcePull,
    image_pull_timeout: o.imagePullTimeout?.toString(),
    load: o.load,
    interactive: o.interactive,
    tty: o.tty,
    ipv4_address: o.ipv4Address,
    ipv6_address: o.ipv6Address,
    mac_address: o.macAddress,
    advertise_ipv6_address: o.advertiseIpv6Address,
    volume_driver: o.volumeDriver,
    isolation: o.isolation,
    container_exists_attempts: o.containerExistsAttempts,
    auth: o.auth && [
      {
        username: o.auth.username,
        password: o.auth.password,
        server_address: o.auth.serverAddress,
        email: o.auth.email,
      },
    ],
    healthchecks: o.healthchecks && [{ disable: o.healthchecks.disable }],
    labels: one(o.labels),
    logging: o.logging && [{ type: o.logging.type, config: one(o.logging.config) }],
    mount: mounts.length > 0 ? mounts : undefined,
    devices: o.devices?.map((d) => ({
      host_path: d.hostPath,
      container_path: d.containerPath,
      cgroup_permissions: d.cgroupPermissions,
    })),
    storage_opt: one(o.storageOpt),
    sysctl: one(o.sysctl),
    ulimit: one(o.ulimits),
    ...o.raw,
  }
}
