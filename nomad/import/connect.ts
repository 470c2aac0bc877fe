import type { FreeValue } from '../spec'
import { array, call, type Code, literal, object, value } from './code'
import type { SpecObject } from './decode'
import { driverCode, optional } from './drivers'
import { type Context, Fields, isSpecObject, sayingTheSame, specList } from './fields'
import { resourcesCode } from './resources'
import { durationCode, mebibytesCode } from './values'

/** `Connect.sidecar(...)` and its sisters, if one of them says the same. */
export function connectCode(context: Context, spec: SpecObject): Code | undefined {
  return sayingTheSame(context, () => typedConnect(context, spec), spec)
}

function typedConnect(context: Context, spec: SpecObject): Code | undefined {
  const { native, sidecar_service: service, sidecar_task: task, gateway } = spec
  if (native === true) return call('Connect.native')
  const taskProps = isSpecObject(task) ? sidecarTask(context, task) : undefined
  if (isSpecObject(service)) return sidecar(context, service, taskProps)
  const way = isSpecObject(gateway) ? gatewayCode(gateway) : undefined
  return way && call('Connect.gateway', way, object({ task: taskProps }))
}

function sidecar(context: Context, spec: SpecObject, task: Code | undefined): Code | undefined {
  const f = new Fields(context, spec)
  f.plain('port', 'port', 'string')
  f.plain('tags', 'tags', 'texts')
  f.map('meta', 'meta')
  f.plain('disableDefaultTcpCheck', 'disable_default_tcp_check', 'boolean')
  const { proxy } = spec
  if (isSpecObject(proxy)) {
    f.drop('proxy')
    const p = new Fields(context, proxy)
    p.plain('localServiceAddress', 'local_service_address', 'string')
    p.plain('localServicePort', 'local_service_port', 'number')
    p.put('upstreams', upstreams(context, proxy.upstreams), 'upstreams')
    p.put('transparentProxy', transparentProxy(context, proxy.transparent_proxy), 'transparent_proxy')
    p.put('expose', expose(proxy.expose), 'expose')
    p.put('config', isSpecObject(proxy.config) ? literal(proxy.config) : undefined, 'config')
    if (p.rest.length > 0) return undefined
    f.entries.push(...p.entries)
  }
  if (task) f.entries.push({ key: 'task', code: task })
  return f.rest.length > 0 ? undefined : call('Connect.sidecar', f.object())
}

function upstreams(context: Context, given: FreeValue | undefined): Code | undefined {
  const items = specList(given).map((spec) => {
    const f = new Fields(context, spec)
    f.drop('destination_name')
    f.plain('localBindPort', 'local_bind_port', 'number')
    f.plain('localBindAddress', 'local_bind_address', 'string')
    f.plain('localBindSocketPath', 'local_bind_socket_path', 'string')
    f.plain('localBindSocketMode', 'local_bind_socket_mode', 'string')
    f.plain('datacenter', 'datacenter', 'string')
    f.plain('destinationType', 'destination_type', 'string', ['service', 'prepared_query'])
    f.plain('destinationPeer', 'destination_peer', 'string')
    f.plain('destinationNamespace', 'destination_namespace', 'string')
    f.plain('destinationPartition', 'destination_partition', 'string')
    const mode = isSpecObject(spec.mesh_gateway) ? spec.mesh_gateway.mode : undefined
    f.put(
      'meshGateway',
      ['none', 'local', 'remote'].includes(String(mode)) ? optional(mode) : undefined,
      'mesh_gateway',
    )
    f.put('config', isSpecObject(spec.config) ? literal(spec.config) : undefined, 'config')
    const name = spec.destination_name
    return f.rest.length > 0 || typeof name !== 'string' ? undefined : call('Upstream.of', value(name), f.object())
  })
  const known = items.filter((item): item is Code => item !== undefined)
  return known.length > 0 && known.length === items.length ? array(known) : undefined
}

function transparentProxy(context: Context, spec: FreeValue | undefined): Code | undefined {
  if (!isSpecObject(spec)) return undefined
  const f = new Fields(context, spec)
  f.plain('uid', 'uid', 'string')
  f.plain('outboundPort', 'outbound_port', 'number')
  f.plain('excludeInboundPorts', 'exclude_inbound_ports', 'texts')
  f.put('excludeOutboundPorts', optional(spec.exclude_outbound_ports), 'exclude_outbound_ports')
  f.plain('excludeOutboundCidrs', 'exclude_outbound_cidrs', 'texts')
  f.plain('excludeUids', 'exclude_uids', 'texts')
  f.plain('noDns', 'no_dns', 'boolean')
  return f.rest.length > 0 ? undefined : call('TransparentProxy.of', f.object())
}

function expose(spec: FreeValue | undefined): Code | undefined {
  const paths = isSpecObject(spec) ? specList(spec.path) : []
  const items = paths.map((p) =>
    object({
      path: optional(p.path),
      localPathPort: optional(p.local_path_port),
      listenerPort: optional(p.listener_port),
      protocol: ['http', 'http2'].includes(String(p.protocol)) ? optional(p.protocol) : undefined,
    }),
  )
  const whole = paths.every(
    (p) => p.path !== undefined && p.local_path_port !== undefined && p.listener_port !== undefined,
  )
  return whole && items.length > 0 ? call('Expose.paths', ...items) : undefined
}

function sidecarTask(context: Context, spec: SpecObject): Code {
  const f = new Fields(context, spec)
  f.plain('name', 'name', 'string')
  if (typeof spec.driver === 'string' && isSpecObject(spec.config)) {
    const [block] = context.source.children(f.block, 'config', [undefined])
    f.put(
      'driver',
      driverCode(context, spec.driver, spec.config, block, (label) => value(label)),
      'driver',
      'config',
    )
  }
  if (isSpecObject(spec.resources)) f.put('resources', resourcesCode(context, spec.resources), 'resources')
  f.map('env', 'env')
  f.plain('user', 'user', 'string')
  f.map('meta', 'meta')
  f.put('killTimeout', durationCode(spec.kill_timeout), 'kill_timeout')
  f.plain('killSignal', 'kill_signal', 'string')
  f.put('shutdownDelay', durationCode(spec.shutdown_delay), 'shutdown_delay')
  if (isSpecObject(spec.logs)) f.put('logs', logsCode(context, spec.logs), 'logs')
  return f.object()
}

/** A task's `logs`. */
export function logsCode(context: Context, spec: SpecObject): Code | undefined {
  const f = new Fields(context, spec)
  f.plain('maxFiles', 'max_files', 'number')
  f.put('maxFileSize', mebibytesCode(spec.max_file_size), 'max_file_size')
  f.plain('disabled', 'disabled', 'boolean')
  return f.rest.length > 0 ? undefined : f.object()
}

function gatewayCode(spec: SpecObject): Code | undefined {
  const { proxy, ingress, terminating, mesh } = spec
  const options = object({ proxy: isSpecObject(proxy) ? gatewayProxy(proxy) : undefined })
  if (isSpecObject(mesh)) return call('Gateway.mesh', options)
  if (isSpecObject(terminating)) {
    const services = specList(terminating.service).map((s) =>
      object({
        name: optional(s.name),
        caFile: optional(s.ca_file),
        certFile: optional(s.cert_file),
        keyFile: optional(s.key_file),
        sni: optional(s.sni),
      }),
    )
    return call('Gateway.terminating', array(services), options)
  }
  if (!isSpecObject(ingress)) return undefined
  const listeners = specList(ingress.listener).map((l) =>
    object({
      port: optional(l.port),
      protocol: ['tcp', 'http', 'http2', 'grpc'].includes(String(l.protocol)) ? optional(l.protocol) : undefined,
      services: array(specList(l.service).map(ingressService)),
    }),
  )
  const tls = isSpecObject(ingress.tls) ? tlsCode(ingress.tls) : undefined
  return call(
    'Gateway.ingress',
    array(listeners),
    object({ tls, ...Object.fromEntries(options.entries.map((e) => [e.key, e.code])) }),
  )
}

function ingressService(s: SpecObject): Code {
  return object({
    name: optional(s.name),
    hosts: optional(s.hosts),
    tls: isSpecObject(s.tls) ? tlsCode(s.tls) : undefined,
    requestHeaders: isSpecObject(s.request_headers) ? literal(s.request_headers) : undefined,
    responseHeaders: isSpecObject(s.response_headers) ? literal(s.response_headers) : undefined,
    maxConnections: optional(s.max_connections),
    maxPendingRequests: optional(s.max_pending_requests),
    maxConcurrentRequests: optional(s.max_concurrent_requests),
  })
}

function tlsCode(tls: SpecObject): Code {
  const sds = isSpecObject(tls.sds) ? tls.sds : undefined
  return object({
    enabled: optional(tls.enabled),
    minVersion: optional(tls.tls_min_version),
    maxVersion: optional(tls.tls_max_version),
    cipherSuites: optional(tls.cipher_suites),
    sds: sds && object({ clusterName: optional(sds.cluster_name), certResource: optional(sds.cert_resource) }),
  })
}

function gatewayProxy(spec: SpecObject): Code {
  const addresses = specList(spec.envoy_gateway_bind_addresses).map(
    (a) => [String(a.name), object({ address: optional(a.address), port: optional(a.port) })] as const,
  )
  return object({
    connectTimeout: durationCode(spec.connect_timeout),
    bindTaggedAddresses: optional(spec.envoy_gateway_bind_tagged_addresses),
    bindAddresses: addresses.length > 0 ? object(Object.fromEntries(addresses)) : undefined,
    noDefaultBind: optional(spec.envoy_gateway_no_default_bind),
    dnsDiscoveryType: ['STRICT_DNS', 'LOGICAL_DNS'].includes(String(spec.envoy_dns_discovery_type))
      ? optional(spec.envoy_dns_discovery_type)
      : undefined,
    config: isSpecObject(spec.config) ? literal(spec.config) : undefined,
  })
}
