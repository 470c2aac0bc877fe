import { list } from './driver'
import type { Port } from './network'
import type { ConsulExposeConfigSpec, ConsulTransparentProxySpec, ConsulUpstreamSpec, FreeValue } from './spec'

/** How a gateway between data centers is used. */
export type MeshGatewayMode = 'none' | 'local' | 'remote'

/** Where an {@link Upstream} is. */
export interface UpstreamProps {
  /** Port on which the group's tasks reach it. @default - none: with `localBindSocketPath` or a transparent proxy */
  readonly localBindPort?: number
  /** @default '127.0.0.1' */
  readonly localBindAddress?: string
  /** A Unix socket instead of a port. @default - none */
  readonly localBindSocketPath?: string
  /** File mode of the socket, in octal. @default - Envoy's */
  readonly localBindSocketMode?: string
  /** @default - the group's own */
  readonly datacenter?: string
  /** @default 'service' */
  readonly destinationType?: 'service' | 'prepared_query'
  /** A cluster that is peered. @default - none */
  readonly destinationPeer?: string
  /** Consul Enterprise. @default - the service's */
  readonly destinationNamespace?: string
  /** Consul Enterprise. @default - the service's */
  readonly destinationPartition?: string
  /** @default - Consul's */
  readonly meshGateway?: MeshGatewayMode
  /** Envoy's options, by Consul's own names. @default {} */
  readonly config?: Readonly<Record<string, FreeValue>>
}

/** A service of the mesh that a group's tasks reach through their proxy. */
export class Upstream {
  private constructor(
    /** The service's name in Consul. */
    readonly destination: string,
    private readonly props: UpstreamProps,
  ) {}

  /**
   * A service that the proxy leads to.
   * @param destination the service's name in Consul
   */
  static of(destination: string, props: UpstreamProps = {}): Upstream {
    return new Upstream(destination, props)
  }

  /** The `upstreams` block, by Nomad's own names. */
  toSpec(): ConsulUpstreamSpec {
    const p = this.props
    return {
      destination_name: this.destination,
      destination_namespace: p.destinationNamespace,
      destination_peer: p.destinationPeer,
      destination_partition: p.destinationPartition,
      destination_type: p.destinationType,
      local_bind_port: p.localBindPort,
      datacenter: p.datacenter,
      local_bind_address: p.localBindAddress,
      local_bind_socket_path: p.localBindSocketPath,
      local_bind_socket_mode: p.localBindSocketMode,
      mesh_gateway: p.meshGateway === undefined ? undefined : { mode: p.meshGateway },
      config: p.config && { ...p.config },
    }
  }
}

/** What a {@link TransparentProxy} leaves alone. */
export interface TransparentProxyProps {
  /** The user that Envoy runs as: its own connections are not redirected. @default '101' */
  readonly uid?: string
  /** @default 15001 */
  readonly outboundPort?: number
  /** Ports, or port labels of the group, that are reached past the proxy. @default [] */
  readonly excludeInboundPorts?: readonly (Port | string)[]
  /** @default [] */
  readonly excludeOutboundPorts?: readonly number[]
  /** @default [] */
  readonly excludeOutboundCidrs?: readonly string[]
  /** Users whose connections are not redirected. @default [] */
  readonly excludeUids?: readonly string[]
  /** Leaves DNS as it is. @default false */
  readonly noDns?: boolean
}

/** Redirects all connections of a group through its proxy. Needs the CNI plugin `consul-cni` on the client. */
export class TransparentProxy {
  private constructor(private readonly props: TransparentProxyProps) {}

  /** With what is to be left alone. */
  static of(props: TransparentProxyProps = {}): TransparentProxy {
    return new TransparentProxy(props)
  }

  /** The `transparent_proxy` block, by Nomad's own names. */
  toSpec(): ConsulTransparentProxySpec {
    const p = this.props
    return {
      uid: p.uid,
      outbound_port: p.outboundPort,
      exclude_inbound_ports: list(p.excludeInboundPorts),
      exclude_outbound_ports: p.excludeOutboundPorts && [...p.excludeOutboundPorts],
      exclude_outbound_cidrs: list(p.excludeOutboundCidrs),
      exclude_uids: list(p.excludeUids),
      no_dns: p.noDns,
    }
  }
}

/** A path that is reachable past the mesh. */
export interface ExposedPath {
  /** e.g. `/health`. */
  readonly path: string
  /** Port on which the service itself serves the path. */
  readonly localPathPort: number
  /** Port label of the group on which the proxy offers it. */
  readonly listenerPort: Port | string
  /** @default 'http' */
  readonly protocol?: 'http' | 'http2'
}

/** What is reachable past the mesh, e.g. for HTTP checks (for those, a check's own `expose` is simpler). */
export class Expose {
  private constructor(private readonly entries: readonly ExposedPath[]) {}

  /** These paths, and no others. */
  static paths(...paths: readonly ExposedPath[]): Expose {
    return new Expose(paths)
  }

  /** The `expose` block, by Nomad's own names. */
  toSpec(): ConsulExposeConfigSpec {
    return {
      path: this.entries.map((entry) => ({
        path: entry.path,
        protocol: entry.protocol,
        local_path_port: entry.localPathPort,
        listener_port: entry.listenerPort.toString(),
      })),
    }
  }
}
