import { list } from './driver'
import type {
  ConsulGatewayProxySpec,
  ConsulGatewaySpec,
  ConsulGatewayTLSConfigSpec,
  ConsulHTTPHeaderModifiersSpec,
  ConsulIngressListenerSpec,
  ConsulIngressServiceSpec,
  ConsulLinkedServiceSpec,
  FreeValue,
} from './spec'
import type { Duration } from './units'

/** The Envoy of a gateway. */
export interface GatewayProxyProps {
  /** @default - Nomad's: 5 s */
  readonly connectTimeout?: Duration
  /** Binds to the service's tagged addresses. @default false */
  readonly bindTaggedAddresses?: boolean
  /** Addresses to bind to, by a name of one's own. @default - by the group's network */
  readonly bindAddresses?: Readonly<Record<string, { readonly address: string; readonly port: number }>>
  /** Doesn't bind to the default address. @default false */
  readonly noDefaultBind?: boolean
  /** @default 'LOGICAL_DNS' */
  readonly dnsDiscoveryType?: 'STRICT_DNS' | 'LOGICAL_DNS'
  /** Envoy's options, by Consul's own names. @default {} */
  readonly config?: Readonly<Record<string, FreeValue>>
}

/** TLS of a listener or of a service behind it. */
export interface GatewayTls {
  /** @default false */
  readonly enabled?: boolean
  /** e.g. `TLSv1_2`. @default - Envoy's */
  readonly minVersion?: string
  /** e.g. `TLSv1_3`. @default - Envoy's */
  readonly maxVersion?: string
  /** @default - Envoy's */
  readonly cipherSuites?: readonly string[]
  /** Certificates from a secret discovery service. @default - Consul's */
  readonly sds?: { readonly clusterName?: string; readonly certResource?: string }
}

/** Changes to the headers that pass through. */
export interface HeaderChanges {
  /** Added to what is there. @default {} */
  readonly add?: Readonly<Record<string, string>>
  /** Instead of what is there. @default {} */
  readonly set?: Readonly<Record<string, string>>
  /** Taken away. @default [] */
  readonly remove?: readonly string[]
}

/** A service that is reached through an ingress listener. */
export interface IngressService {
  /** Name in Consul; `*` for all (not with protocol tcp). */
  readonly name: string
  /** Host names for which requests go there. @default - `<name>.ingress.*` */
  readonly hosts?: readonly string[]
  /** @default - the listener's */
  readonly tls?: GatewayTls
  /** @default - unchanged */
  readonly requestHeaders?: HeaderChanges
  /** @default - unchanged */
  readonly responseHeaders?: HeaderChanges
  /** At the same time. @default - Envoy's */
  readonly maxConnections?: number
  /** That wait for a connection. @default - Envoy's */
  readonly maxPendingRequests?: number
  /** At the same time (HTTP/2). @default - Envoy's */
  readonly maxConcurrentRequests?: number
}

/** A port of an ingress gateway. */
export interface IngressListener {
  /** The port on which the gateway listens. */
  readonly port: number
  /** @default 'tcp' */
  readonly protocol?: 'tcp' | 'http' | 'http2' | 'grpc'
  /** What is reached there; one alone with protocol tcp. */
  readonly services: readonly IngressService[]
}

/** A service outside the mesh, which a terminating gateway reaches. */
export interface LinkedService {
  /** Name in Consul. */
  readonly name: string
  /** Certificate authority, in the gateway's file system. @default - no TLS */
  readonly caFile?: string
  /** Client certificate, in the gateway's file system. @default - none */
  readonly certFile?: string
  /** Key of `certFile`. @default - none */
  readonly keyFile?: string
  /** Server name for TLS. @default - none */
  readonly sni?: string
}

/** A way into Consul's mesh, out of it, or between meshes. */
export class Gateway {
  private constructor(private readonly spec: ConsulGatewaySpec) {}

  /** From outside to services of the mesh. Nomad writes the configuration entry. */
  static ingress(
    listeners: readonly IngressListener[],
    options: { readonly tls?: GatewayTls; readonly proxy?: GatewayProxyProps } = {},
  ): Gateway {
    return new Gateway({
      ingress: { tls: options.tls && tlsSpec(options.tls), listener: listeners.map(listenerSpec) },
      proxy: options.proxy && gatewayProxySpec(options.proxy),
    })
  }

  /** From the mesh to services outside of it. Nomad writes the configuration entry. */
  static terminating(
    services: readonly LinkedService[],
    options: { readonly proxy?: GatewayProxyProps } = {},
  ): Gateway {
    return new Gateway({
      terminating: { service: services.map(linkedSpec) },
      proxy: options.proxy && gatewayProxySpec(options.proxy),
    })
  }

  /** Between the meshes of data centers. */
  static mesh(options: { readonly proxy?: GatewayProxyProps } = {}): Gateway {
    return new Gateway({ mesh: {}, proxy: options.proxy && gatewayProxySpec(options.proxy) })
  }

  /** The `gateway` block, by Nomad's own names. */
  toSpec(): ConsulGatewaySpec {
    return { ...this.spec }
  }
}

function gatewayProxySpec(props: GatewayProxyProps): ConsulGatewayProxySpec {
  const addresses = props.bindAddresses && Object.entries(props.bindAddresses)
  return {
    connect_timeout: props.connectTimeout?.toString(),
    envoy_gateway_bind_tagged_addresses: props.bindTaggedAddresses,
    envoy_gateway_bind_addresses: addresses?.map(([name, { address, port }]) => ({ name, address, port })),
    envoy_gateway_no_default_bind: props.noDefaultBind,
    envoy_dns_discovery_type: props.dnsDiscoveryType,
    config: props.config && { ...props.config },
  }
}

function tlsSpec(tls: GatewayTls): ConsulGatewayTLSConfigSpec {
  return {
    enabled: tls.enabled,
    tls_min_version: tls.minVersion,
    tls_max_version: tls.maxVersion,
    cipher_suites: list(tls.cipherSuites),
    sds: tls.sds && { cluster_name: tls.sds.clusterName, cert_resource: tls.sds.certResource },
  }
}

function listenerSpec(listener: IngressListener): ConsulIngressListenerSpec {
  return { port: listener.port, protocol: listener.protocol, service: listener.services.map(ingressServiceSpec) }
}

function ingressServiceSpec(service: IngressService): ConsulIngressServiceSpec {
  return {
    name: service.name,
    hosts: list(service.hosts),
    tls: service.tls && tlsSpec(service.tls),
    request_headers: service.requestHeaders && headersSpec(service.requestHeaders),
    response_headers: service.responseHeaders && headersSpec(service.responseHeaders),
    max_connections: service.maxConnections,
    max_pending_requests: service.maxPendingRequests,
    max_concurrent_requests: service.maxConcurrentRequests,
  }
}

function headersSpec(changes: HeaderChanges): ConsulHTTPHeaderModifiersSpec {
  return {
    add: changes.add && { ...changes.add },
    set: changes.set && { ...changes.set },
    remove: list(changes.remove),
  }
}

function linkedSpec(service: LinkedService): ConsulLinkedServiceSpec {
  return {
    name: service.name,
    ca_file: service.caFile,
    cert_file: service.certFile,
    key_file: service.keyFile,
    sni: service.sni,
  }
}
