import { Driver, list, mapBlock } from './driver'
import type { Port } from './network'
import type { FreeValue } from './spec'
import type { Duration, Size } from './units'

/** How {@link Podman} runs a container. */
export interface PodmanOptions {
  /** @default - the image's */
  readonly command?: string
  /** @default [] */
  readonly args?: readonly string[]
  /** @default - the image's */
  readonly entrypoint?: string | readonly string[]
  /** @default - the image's */
  readonly workingDir?: string
  /** Ports of the group that are published to the container. @default [] */
  readonly ports?: readonly (Port | string)[]
  /** Binds as `host:container[:options]`. @default [] */
  readonly volumes?: readonly string[]
  /** Memory file systems: paths, or `path:options` as `podman run --tmpfs` has them. @default [] */
  readonly tmpfs?: readonly string[]
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>
  /** `bridge`, `host`, `none`, `slirp4netns`, `container:id`, `task:name`. @default - the group's network, or podman's own default */
  readonly networkMode?: string
  /** @default - podman's */
  readonly hostname?: string
  /** `name:address`. @default [] */
  readonly extraHosts?: readonly string[]
  /** DNS servers. @default - the node's */
  readonly dns?: readonly string[]
  /** An init process that reaps children. @default false */
  readonly init?: boolean
  /** @default - podman's own */
  readonly initPath?: string
  /** @default - the driver's */
  readonly logging?: { readonly driver: string; readonly options?: Readonly<Record<string, string>> }
  /** `100m`, `1g`: what is left to the container while memory is short. @default - the task's memory */
  readonly memoryReservation?: string
  /** `180m`, `1g`: memory and swap together; `-1` for any amount of swap. @default - podman's */
  readonly memorySwap?: string
  /** 0 to 100. @default - the kernel's */
  readonly memorySwappiness?: number
  /** Bounds the task to its MHz even while the node has some left. @default false */
  readonly cpuHardLimit?: boolean
  /** Microseconds. @default 100000 */
  readonly cpuCfsPeriod?: number
  /** How many processes. @default - podman's */
  readonly pidsLimit?: number
  /** Size of /dev/shm. @default - podman's */
  readonly shmSize?: Size
  /** @default {} */
  readonly sysctl?: Readonly<Record<string, string>>
  /** Limits: `{ nofile: '65536:65536' }`. @default {} */
  readonly ulimits?: Readonly<Record<string, string>>
  /** @default [] */
  readonly capAdd?: readonly string[]
  /** @default [] */
  readonly capDrop?: readonly string[]
  /** `host:container[:permissions]`. @default [] */
  readonly devices?: readonly string[]
  /** @default false */
  readonly privileged?: boolean
  /** @default false */
  readonly readonlyRootfs?: boolean
  /** @default - podman's */
  readonly apparmorProfile?: string
  /** @default [] */
  readonly securityOpt?: readonly string[]
  /** @default [] */
  readonly selinuxOpts?: readonly string[]
  /** The user namespace, as `podman run --userns` has it. @default - podman's */
  readonly userns?: string
  /** One of the sockets that the client's plugin configuration names. @default 'default' */
  readonly socket?: string
  /** @default - the client's */
  readonly auth?: { readonly username: string; readonly password: string }
  /** @default false */
  readonly authSoftFail?: boolean
  /** Pulls even when the node has the image. @default false */
  readonly forcePull?: boolean
  /** @default - the driver's: 5 min */
  readonly imagePullTimeout?: Duration
  /** @default false */
  readonly tty?: boolean
  /** Any other key of the driver's config, by the driver's own name. @default {} */
  readonly raw?: Readonly<Record<string, FreeValue>>
}

/** A container of Podman. Driver `podman`, a plug-in that a client must have. */
export class Podman extends Driver {
  private constructor(image: string, options: PodmanOptions) {
    super('podman', podmanConfig(image, options))
  }

  /**
   * A container of an image.
   * @param image reference with a version: `registry/name:version`
   */
  static image(image: string, options: PodmanOptions = {}): Podman {
    return new Podman(image, options)
  }
}

function podmanConfig(image: string, o: PodmanOptions): Record<string, FreeValue | undefined> {
  return {
    image,
    command: o.command,
    args: list(o.args),
    entrypoint: typeof o.entrypoint === 'string' ? o.entrypoint : list(o.entrypoint),
    working_dir: o.workingDir,
    ports: list(o.ports),
    volumes: list(o.volumes),
    tmpfs: list(o.tmpfs),
    network_mode: o.networkMode,
    hostname: o.hostname,
    extra_hosts: list(o.extraHosts),
    dns: list(o.dns),
    init: o.init,
    init_path: o.initPath,
    memory_reservation: o.memoryReservation,
    memory_swap: o.memorySwap,
    memory_swappiness: o.memorySwappiness,
    cpu_hard_limit: o.cpuHardLimit,
    cpu_cfs_period: o.cpuCfsPeriod,
    pids_limit: o.pidsLimit,
    shm_size: o.shmSize && String(o.shmSize.toBytes),
    cap_add: list(o.capAdd),
    cap_drop: list(o.capDrop),
    devices: list(o.devices),
    privileged: o.privileged,
    readonly_rootfs: o.readonlyRootfs,
    apparmor_profile: o.apparmorProfile,
    security_opt: list(o.securityOpt),
    selinux_opts: list(o.selinuxOpts),
    userns: o.userns,
    socket: o.socket,
    auth_soft_fail: o.authSoftFail,
    force_pull: o.forcePull,
    image_pull_timeout: o.imagePullTimeout?.toString(),
    tty: o.tty,
    auth: o.auth && [{ ...o.auth }],
    labels: mapBlock(o.labels),
    logging: o.logging && [{ driver: o.logging.driver, options: mapBlock(o.logging.options) }],
    sysctl: mapBlock(o.sysctl),
    ulimit: mapBlock(o.ulimits),
    ...o.raw,
  }
}
