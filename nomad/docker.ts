import { type DockerMount, mountConfig } from './docker-mount'
import { Driver, list, mapBlock } from './driver'
import type { Port } from './network'
import type { FreeValue } from './spec'
import type { Duration, Size } from './units'

/** How {@link Docker} runs a container. */
export interface DockerOptions {
  /** What runs instead of the image's own command. @default - the image's */
  readonly command?: string
  /** Arguments of the command, or of the image's entrypoint. @default [] */
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
  /** Docker's log driver (`type`, or by its alias `driver`). @default - json-file, kept by Nomad */
  readonly logging?: {
    readonly type?: string
    readonly driver?: string
    readonly config?: Readonly<Record<string, string>>
  }
  /** @default - that of the group */
  readonly networkMode?: string
  /** Names in a network that Docker manages. @default [] */
  readonly networkAliases?: readonly string[]
  /** @default - Docker's: the container's id */
  readonly hostname?: string
  /** `name:address`. @default [] */
  readonly extraHosts?: readonly string[]
  /** @default - the group's, or the node's */
  readonly dnsServers?: readonly string[]
  /** @default - the group's, or the node's */
  readonly dnsSearchDomains?: readonly string[]
  /** @default - the group's, or the node's */
  readonly dnsOptions?: readonly string[]
  /** As `docker run --security-opt` has them. @default [] */
  readonly securityOpt?: readonly string[]
  /** Further groups of the user. @default [] */
  readonly groupAdd?: readonly string[]
  /** Bounds the task to its MHz even while the node has some left. @default false */
  readonly cpuHardLimit?: boolean
  /** @default - Nomad's: 100,000 microseconds */
  readonly cpuCfsPeriod?: number
  /** Processors that it may run on: `0-2,4`. @default - any */
  readonly cpusetCpus?: string
  /** Soft limit is the task's memory then, this the hard one. @default - the task's memory */
  readonly memoryHardLimit?: Size
  /** Of /dev/shm. @default - Docker's: 64 MiB */
  readonly shmSize?: Size
  /** How many processes it may have. @default - the client's */
  readonly pidsLimit?: number
  /** -1000 (never killed when memory is short) to 1000 (first). @default 0 */
  readonly oomScoreAdj?: number
  /** @default false */
  readonly privileged?: boolean
  /** @default - processes of its own */
  readonly pidMode?: 'host'
  /** `host`, `private`, `shareable`, `container:<id>`. @default - Docker's */
  readonly ipcMode?: string
  /** @default - a host name of its own */
  readonly utsMode?: 'host'
  /** @default - Docker's */
  readonly usernsMode?: 'host'
  /** @default - Docker's */
  readonly cgroupns?: 'private' | 'host'
  /** One that the client allows, e.g. `nvidia`, `runsc`. @default - Docker's */
  readonly runtime?: string
  /** @default - the image's */
  readonly workDir?: string
  /** Devices of the node. @default [] */
  readonly devices?: readonly {
    readonly hostPath: string
    readonly containerPath?: string
    readonly cgroupPermissions?: string
  }[]
  /** @default - the client's */
  readonly auth?: {
    readonly username: string
    readonly password: string
    readonly serverAddress?: string
    readonly email?: string
  }
  /** Tries without credentials where they fail. @default false */
  readonly authSoftFail?: boolean
  /** Pulls even when the node has the image. @default false */
  readonly forcePull?: boolean
  /** @default - Nomad's: 5 min */
  readonly imagePullTimeout?: Duration
  /** An image archive of the task's directory to load instead of pulling. @default - none */
  readonly load?: string
  /** The image's own health checks. @default - as in the image */
  readonly healthchecks?: { readonly disable: boolean }
  /** As `docker run --storage-opt` has them. @default {} */
  readonly storageOpt?: Readonly<Record<string, string>>
  /** Keeps standard input open. @default false */
  readonly interactive?: boolean
  /** @default false */
  readonly tty?: boolean
  /** In a network that Docker manages. @default - any */
  readonly ipv4Address?: string
  /** In a network that Docker manages. @default - any */
  readonly ipv6Address?: string
  /** @default - any */
  readonly macAddress?: string
  /** Registers the IPv6 address. @default false */
  readonly advertiseIpv6Address?: boolean
  /** Of `volumes`. @default - Docker's */
  readonly volumeDriver?: string
  /** On Windows. @default - Docker's */
  readonly isolation?: 'hyperv' | 'process'
  /** How often it is tried again where the container's name is taken. @default 5 */
  readonly containerExistsAttempts?: number
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A container of Docker. */
export class Docker extends Driver {
  private constructor(
    /** Reference of the image. */
    readonly imageName: string,
    /** What was given beside the image. */
    readonly options: DockerOptions,
  ) {
    super('docker', dockerConfig(imageName, options))
  }

  /**
   * A container of an image.
   * @param image reference with a version: `registry/name:version`
   */
  static image(image: string, options: DockerOptions = {}): Docker {
    return new Docker(image, options)
  }
}

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
    ports: list(o.ports),
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
    labels: mapBlock(o.labels),
    logging: o.logging && [{ type: o.logging.type, driver: o.logging.driver, config: mapBlock(o.logging.config) }],
    mount: mounts.length > 0 ? mounts : undefined,
    devices: o.devices?.map((d) => ({
      host_path: d.hostPath,
      container_path: d.containerPath,
      cgroup_permissions: d.cgroupPermissions,
    })),
    storage_opt: mapBlock(o.storageOpt),
    sysctl: mapBlock(o.sysctl),
    ulimit: mapBlock(o.ulimits),
    ...o.raw,
  }
}
