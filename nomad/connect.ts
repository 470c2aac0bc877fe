import type { Expose, TransparentProxy, Upstream } from './connect-proxy'
import type { Gateway } from './connect-gateway'
import { type Driver, list } from './driver'
import type { Identity } from './identity'
import type { Port } from './network'
import { type Resources, resourcesSpec } from './resources'
import type { ConsulConnectSpec, ConsulProxySpec, FreeValue, ResourcesSpec, SidecarTaskSpec } from './spec'
import { type Duration, Memory, type Size } from './units'
import { type MountProps, mountSpec } from './volume'

/** The proxy of a sidecar, which carries a service's connections. */
export interface ProxyProps {
  /** Services of the mesh that the group's tasks reach on a port of their own network. @default [] */
  readonly upstreams?: readonly Upstream[]
  /** Redirects the group's connections through the proxy, without upstreams. @default - only upstreams */
  readonly transparentProxy?: TransparentProxy
  /** Paths that are reachable past the mesh, e.g. for checks. @default - none */
  readonly expose?: Expose
  /** Where the proxy reaches the service itself. @default '127.0.0.1' */
  readonly localServiceAddress?: string
  /** @default - the service's port */
  readonly localServicePort?: number
  /** Envoy's options, by Consul's own names. @default {} */
  readonly config?: Readonly<Record<string, FreeValue>>
}

/** What differs from Nomad's own sidecar task (Envoy in Docker). */
export interface SidecarTaskProps {
  /** @default - `connect-proxy-<service>` */
  readonly name?: string
  /** @default - Docker with the client's Envoy image */
  readonly driver?: Driver
  /** @default - Nomad's: 250 MHz and 128 MiB */
  readonly resources?: Partial<Resources>
  /** @default {} */
  readonly env?: Readonly<Record<string, string>>
  /** @default - the driver's */
  readonly user?: string
  /** @default {} */
  readonly meta?: Readonly<Record<string, string>>
  /** @default - Nomad's: 5 s */
  readonly killTimeout?: Duration
  /** @default - the driver's */
  readonly killSignal?: string
  /** @default - not at all */
  readonly shutdownDelay?: Duration
  /** @default - Nomad's: 2 files of 2 MiB */
  readonly logs?: { readonly maxFiles?: number; readonly maxFileSize?: Size; readonly disabled?: boolean }
  /** @default [] */
  readonly mounts?: readonly MountProps[]
  /** @default [] */
  readonly identities?: readonly Identity[]
  /** Anything else of Nomad's sidecar_task block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<SidecarTaskSpec>>
}

/** How a service takes part in Consul's mesh. */
export interface SidecarProps extends ProxyProps {
  /** The proxy's port. @default - a port that Nomad adds to the group */
  readonly port?: Port | string
  /** Tags of the proxy in Consul. @default - the service's */
  readonly tags?: readonly string[]
  /** Meta of the proxy in Consul. @default {} */
  readonly meta?: Readonly<Record<string, string>>
  /** Leaves out the check whether the proxy's port opens. @default false */
  readonly disableDefaultTcpCheck?: boolean
  /** @default - Nomad's own */
  readonly task?: SidecarTaskProps
}

/** A service's part in Consul's service mesh. */
export class Connect {
  private constructor(private readonly spec: ConsulConnectSpec) {}

  /** The task speaks the mesh's protocol itself: its service names that task. */
  static native(): Connect {
    return new Connect({ native: true })
  }

  /** A proxy beside the tasks. The group's network must be of mode bridge (or CNI). */
  static sidecar(props: SidecarProps = {}): Connect {
    const { port, tags, meta, disableDefaultTcpCheck, task, ...proxy } = props
    return new Connect({
      sidecar_service: {
        port: port?.toString(),
        tags: list(tags),
        meta: meta && { ...meta },
        disable_default_tcp_check: disableDefaultTcpCheck,
        proxy: proxySpec(proxy),
      },
      sidecar_task: task && sidecarTaskSpec(task),
    })
  }

  /** A way into the mesh, out of it, or between meshes. */
  static gateway(gateway: Gateway, options: { readonly task?: SidecarTaskProps } = {}): Connect {
    return new Connect({ gateway: gateway.toSpec(), sidecar_task: options.task && sidecarTaskSpec(options.task) })
  }

  /** The `connect` block, by Nomad's own names. */
  toSpec(): ConsulConnectSpec {
    return { ...this.spec }
  }
}

function proxySpec(props: ProxyProps): ConsulProxySpec | undefined {
  if (Object.values(props).every((value) => value === undefined)) return undefined
  return {
    local_service_address: props.localServiceAddress,
    local_service_port: props.localServicePort,
    expose: props.expose?.toSpec(),
    upstreams: props.upstreams?.map((upstream) => upstream.toSpec()),
    transparent_proxy: props.transparentProxy?.toSpec(),
    config: props.config && { ...props.config },
  }
}

function sidecarTaskSpec(props: SidecarTaskProps): SidecarTaskSpec {
  return {
    name: props.name,
    driver: props.driver?.name,
    user: props.user,
    config: props.driver?.toSpec(),
    env: props.env && { ...props.env },
    resources: props.resources && partialResources(props.resources),
    meta: props.meta && { ...props.meta },
    kill_timeout: props.killTimeout?.toString(),
    kill_signal: props.killSignal,
    shutdown_delay: props.shutdownDelay?.toString(),
    logs: props.logs && {
      max_files: props.logs.maxFiles,
      max_file_size: props.logs.maxFileSize?.toMebibytes(),
      disabled: props.logs.disabled,
    },
    volume_mount: props.mounts?.map(mountSpec),
    identity: props.identities?.map((identity) => identity.toSpec()),
    ...props.raw,
  }
}

/** A sidecar's memory has a default of its own, which is what holds where none is given. */
function partialResources(resources: Partial<Resources>): ResourcesSpec {
  const { memory } = resources
  return memory
    ? resourcesSpec({ ...resources, memory })
    : { ...resourcesSpec({ ...resources, memory: Memory.mebibytes(1) }), memory: undefined }
}
