import type { ServiceSpec, TaskGroupSpec } from '../spec'
import { error, known, type Report, type Rule, warning } from './rule'
import { eachCheck, eachGroup, eachService } from './visit'

function sidecar(service: ServiceSpec): boolean {
  return service.connect?.sidecar_service !== undefined
}

/** Consul's service mesh: most of it is found by the server's admission hooks only. */
export const connectRules: readonly Rule[] = [
  error(
    'connect-kind',
    eachService(({ service, path }, report) => {
      const { connect } = service
      if (!connect) return
      const kinds = [
        connect.native === true ? 'native' : '',
        sidecar(service) ? 'sidecar_service' : '',
        connect.gateway ? 'gateway' : '',
      ].filter(Boolean)
      if (kinds.length === 1) return
      report({
        path,
        problem: `the service '${service.name ?? ''}' is in the mesh in one way`,
        given: kinds.length === 0 ? 'none' : kinds.join(' and '),
        allowed: 'native, a sidecar, or a gateway',
        do: 'choose one',
      })
    }),
  ),
  error(
    'connect-in-task',
    eachService(({ task, service, path }, report) => {
      if (!task || !service.connect) return
      report({
        path,
        problem: `only services of a group are in the mesh`,
        given: `connect in the service '${service.name ?? ''}' of a task`,
        do: 'add the service to the group: group.addService(...)',
      })
    }),
  ),
  error(
    'connect-network',
    eachService(({ task, group, service, path }, report) => {
      if (task || (!sidecar(service) && !service.connect?.gateway)) return
      const modes = (group.network ?? []).map((network) => network.mode ?? 'host')
      const mode = modes[0]
      const own = mode === 'bridge' || mode?.startsWith('cni/') === true || !known(mode ?? '')
      if (modes.length === 1 && (own || (service.connect?.gateway !== undefined && mode === 'host'))) return
      report({
        path,
        problem: `the proxy of '${service.name ?? ''}' needs the group's own network`,
        given: modes.length === 1 ? `network mode '${mode ?? ''}'` : `${modes.length} networks`,
        allowed: service.connect?.gateway
          ? 'Network.bridge(), Network.cni(...), Network.host()'
          : 'Network.bridge(), Network.cni(...)',
        do: 'set network: Network.bridge()',
      })
    }),
  ),
  error(
    'connect-upper-case',
    eachService(({ task, group, service, path }, report) => {
      if (task || !sidecar(service) || !known(service.name)) return
      const bad = [service.name, group.name].find((name) => name !== name.toLowerCase())
      if (bad === undefined) return
      report({
        path,
        problem: 'the mesh takes lower case only, for services and their groups',
        given: `'${bad}'`,
        do: `call it '${bad.toLowerCase()}'`,
      })
    }),
  ),
  error(
    'connect-native',
    eachService(({ group, service, path }, report) => {
      if (service.connect?.native !== true) return
      const tasks = (group.task ?? []).map((t) => t.name)
      const named = service.task
      const missing =
        named === undefined && tasks.length > 1
          ? 'task'
          : service.port === undefined
            ? 'port'
            : named !== undefined && !tasks.includes(named)
              ? `task '${named}'`
              : undefined
      if (missing === undefined) return
      report({
        path,
        problem: `the native service '${service.name ?? ''}' must say which task it is, and on which port`,
        given: missing.startsWith('task ') ? `${missing}, which the group doesn't have` : `no ${missing}`,
        do: 'set task and port',
      })
    }),
  ),
  warning(
    'connect-port',
    eachService(({ service, path }, report) => {
      if (!sidecar(service) || service.port !== undefined) return
      report({
        path,
        problem: `the sidecar of '${service.name ?? ''}' doesn't know where the service listens`,
        given: 'no port',
        allowed: 'a number or a label of the group',
        do: `set port: '8080' (the port inside the group), or silence this where it only calls others`,
      })
    }),
  ),
  error(
    'connect-tcp-check',
    eachCheck(({ service, path }, check, report) => {
      if (service.provider === 'nomad' || check.type !== 'tcp' || !sidecar(service)) return
      report({
        path,
        problem: `Consul can't reach '${service.name ?? ''}' behind its sidecar`,
        given: 'a TCP check',
        allowed: 'an HTTP or gRPC check with expose: true, or a script check',
        do: 'use Check.http(path, { expose: true, ... })',
      })
    }),
  ),
  error(
    'check-expose',
    eachCheck(({ task, group, service, path }, check, report) => {
      if (check.expose !== true || service.provider === 'nomad') return
      const mode = group.network?.[0]?.mode
      const bad = task
        ? 'in the service of a task'
        : !sidecar(service)
          ? 'without a sidecar'
          : check.type !== 'http' && check.type !== 'grpc'
            ? `in a check of type '${check.type ?? ''}'`
            : known(mode) && mode !== 'bridge' && !mode.startsWith('cni/')
              ? `in network mode '${mode}'`
              : undefined
      if (bad === undefined) return
      report({
        path,
        problem: `a check of '${service.name ?? ''}' can't be exposed through the sidecar`,
        given: `expose ${bad}`,
        allowed: `HTTP and gRPC checks of a group's service with a sidecar, in a bridge network`,
        do: 'leave expose out, or add the sidecar',
      })
    }),
  ),
  error(
    'upstream-clash',
    eachGroup(({ group, path }, report) => {
      const taken = new Map<string, string>()
      for (const service of group.service ?? []) {
        for (const upstream of service.connect?.sidecar_service?.proxy?.upstreams ?? []) {
          const { local_bind_address: address, local_bind_port: port, local_bind_socket_path: socket } = upstream
          if (port !== undefined && !known(port)) continue
          const at = socket ?? `${address ?? ''}:${port ?? 0}`
          const other = taken.get(at)
          if (other !== undefined) {
            report({
              path,
              problem: 'two upstreams listen at the same place',
              given: `'${other}' and '${upstream.destination_name ?? ''}' at ${at}`,
              do: 'give one of them another localBindPort',
            })
          }
          taken.set(at, upstream.destination_name ?? '')
        }
      }
    }),
  ),
  error(
    'transparent-proxy',
    eachGroup(({ group, path }, report) => {
      const services = (group.service ?? []).filter((service) => service.connect !== undefined)
      for (const service of services) {
        const tproxy = service.connect?.sidecar_service?.proxy?.transparent_proxy
        if (!tproxy) continue
        const dns = group.network?.some((network) => network.dns !== undefined) === true && tproxy.no_dns !== true
        const stranger = tproxy.exclude_inbound_ports?.find((port) => !isPort(group, port))
        const bad = dns
          ? `the network's own dns without no_dns`
          : services.length > 1
            ? `${services.length} services in the mesh`
            : stranger !== undefined
              ? `exclude_inbound_ports '${stranger}'`
              : undefined
        if (bad !== undefined) {
          report({
            path,
            problem: `the group can't have a transparent proxy like this`,
            given: bad,
            allowed: 'one service in the mesh, no dns of its own (or no_dns: true), ports by number or static label',
            do: 'change it',
          })
        }
      }
    }),
  ),
  error('gateway', eachService(checkGateway)),
]

function isPort(group: TaskGroupSpec, port: string): boolean {
  if (!known(port) || /^\d+$/.test(port)) return true
  return (group.network ?? []).some((network) => network.port?.some((p) => p.label === port && p.static !== undefined))
}

function checkGateway(
  { service, path }: { readonly service: ServiceSpec; readonly path: string },
  report: Report,
): void {
  const gateway = service.connect?.gateway
  if (!gateway) return
  const kinds = [gateway.ingress, gateway.terminating, gateway.mesh].filter((kind) => kind !== undefined)
  const bad =
    kinds.length !== 1
      ? `${kinds.length} of ingress, terminating and mesh`
      : (badIngress(gateway) ?? badTerminating(gateway))
  if (bad === undefined) return
  report({
    path,
    problem: `the gateway '${service.name ?? ''}' leads nowhere`,
    given: bad,
    allowed: 'one of ingress (listeners with services), terminating (services) and mesh',
    do: 'complete it',
  })
}

type Gateway = NonNullable<NonNullable<ServiceSpec['connect']>['gateway']>

function badIngress({ ingress }: Gateway): string | undefined {
  if (!ingress) return undefined
  if (!ingress.listener?.length) return 'an ingress without listeners'
  for (const { port, protocol, service } of ingress.listener) {
    if (!service?.length) return `the listener ${port ?? ''} without services`
    for (const { name, hosts } of service) {
      if (!name) return `a service without a name at the listener ${port ?? ''}`
      if (protocol === 'tcp' && (name === '*' || hosts?.length)) return `'${name}' with wildcard or hosts over tcp`
      if (name === '*' && hosts?.length) return `'*' with hosts`
    }
  }
  return undefined
}

function badTerminating({ terminating }: Gateway): string | undefined {
  if (!terminating) return undefined
  if (!terminating.service?.length) return 'a terminating gateway without services'
  for (const { name, ca_file: ca, cert_file: cert, key_file: key, sni } of terminating.service) {
    if (!name) return 'a service without a name'
    if (!ca && (cert || key || sni)) return `'${name}' with TLS and no ca_file`
    if (Boolean(cert) !== Boolean(key)) return `'${name}' with only one of cert_file and key_file`
  }
  return undefined
}
