import { type BadJob, inCheck, inDocker, inGroup, inService, inTask, taskNamed } from './case'

const host = { group: { network: [{ mode: 'host', port: [{ label: 'http', static: 8080 }] }] } }
const bridge = { group: { network: [{ mode: 'bridge', port: [{ label: 'http', to: 80 }] }] } }
const service = { service: [{ name: 'web' }] }
const system = { job: { type: 'system' } }
const batch = { job: { type: 'batch' } }
const nomad = { service: { provider: 'nomad' } }
const times = { interval: '10s', timeout: '2s' }
const sidecar = { sidecar_service: {} }
const mesh = { check: [], connect: sidecar }
const upstream = (name: string, port: number) => ({ destination_name: name, local_bind_port: port })

function ports(...port: { label: string; static?: number; to?: number; ignore_collision?: boolean }[]) {
  return { network: [{ mode: 'host', port }] }
}
function gateway(gateway: object) {
  return { check: [], connect: { gateway: { proxy: { connect_timeout: '5s' }, ...gateway } } }
}
function proxy(...upstreams: object[]) {
  return { check: [], connect: { sidecar_service: { proxy: { upstreams } } } }
}

/** Ports, networks, services, checks, the mesh. */
export const serviceCases: readonly BadJob[] = [
  inService('unknown-port', { port: 'htp' }, { port: 'http' }),
  inTask(
    'unknown-port',
    { service: [{ name: 'web', port: 'htp' }] },
    { service: [{ name: 'web', port: 'http' }] },
    bridge,
  ),
  inDocker('unknown-docker-port', { ports: ['htp'] }, { ports: ['http'] }, host),
  inDocker('docker-ports-without-effect', { ports: ['http'], network_mode: 'host' }, { network_mode: 'host' }, host),
  inDocker('docker-ports-in-bridge', { ports: ['http'] }, {}, bridge),
  inDocker('docker-network-mode', { network_mode: 'host' }, {}, bridge),
  inGroup(
    'docker-port-unpublished',
    { network: [{ mode: 'host', port: [{ label: 'http', static: 8080 }] }] },
    {
      network: [{ mode: 'bridge', port: [{ label: 'http', static: 8080 }] }],
    },
  ),
  inGroup(
    'static-port-clash',
    ports({ label: 'a', static: 80 }, { label: 'b', static: 80 }),
    ports({ label: 'a', static: 80 }, { label: 'b', static: 81 }),
  ),
  inGroup(
    'canary-static-port',
    { update: { canary: 1, auto_promote: true, auto_revert: true } },
    { update: { max_parallel: 1, auto_revert: true } },
    host,
  ),
  inGroup('port-range', ports({ label: 'a', to: 70000 }), ports({ label: 'a', to: 7000 })),
  inGroup('port-range', ports({ label: 'a', static: 65536 }), ports({ label: 'a', static: 65535 })),
  inGroup(
    'port-collision-mode',
    { network: [{ mode: 'bridge', port: [{ label: 'a', static: 80, ignore_collision: true }] }] },
    ports({ label: 'a', static: 80, ignore_collision: true }),
  ),
  inGroup('duplicate-port', ports({ label: 'a' }, { label: 'a' }), ports({ label: 'a' }, { label: 'b' })),
  inGroup('port-label', ports({ label: 'http-api' }), ports({ label: 'http_api' })),
  inGroup('static-port-in-dynamic-range', ports({ label: 'a', static: 25000 }), ports({ label: 'a', static: 8080 })),
  inGroup('network-mode', { network: [{ mode: 'none' }] }, { network: [{ mode: 'bridge' }] }),
  inGroup('network-mode', { network: [{ mode: 'nat' }] }, { network: [{ mode: 'cni/nat' }] }),
  inGroup('many-networks', { network: [{ mode: 'bridge' }, { mode: 'host' }] }, { network: [{ mode: 'bridge' }] }),
  inGroup(
    'hostname',
    { network: [{ mode: 'bridge', hostname: 'a b' }] },
    { network: [{ mode: 'bridge', hostname: 'a-${NOMAD_ALLOC_INDEX}' }] },
  ),
  inGroup(
    'hostname-without-effect',
    { network: [{ mode: 'host', hostname: 'a' }] },
    { network: [{ mode: 'bridge', hostname: 'a' }] },
  ),
  inGroup(
    'cni-args',
    { network: [{ mode: 'cni/a', cni: { args: { a: 'b;c' } } }] },
    { network: [{ mode: 'cni/a', cni: { args: { a: 'b,c' } } }] },
  ),
  inService('service-name', { name: 'my_service' }, { name: 'my-service-${NOMAD_ALLOC_INDEX}' }),
  inGroup(
    'duplicate-service',
    { service: [{ name: 'a' }, { name: 'a' }] },
    { service: [{ name: 'a' }, { name: 'b' }] },
  ),
  inService('check-without-port', { port: undefined }, {}),
  inCheck('check-fields', { path: undefined }, { path: '/' }),
  inCheck('check-fields', { type: 'script', task: 'server' }, { type: 'script', task: 'server', command: '/bin/true' }),
  inCheck('check-times', { timeout: '10ms' }, { timeout: '1s' }),
  inCheck('check-times', { interval: undefined }, { interval: '1s' }),
  inCheck('check-timeout', { interval: '2s', timeout: '5s' }, { interval: '5s', timeout: '2s' }),
  inCheck('check-provider', { type: 'grpc' }, { type: 'tcp' }, nomad),
  inGroup(
    'mixed-providers',
    { service: [{ name: 'a', provider: 'nomad' }, { name: 'b' }] },
    { service: [{ name: 'a' }, { name: 'b' }] },
  ),
  inTask(
    'address-mode',
    { service: [{ name: 'a', provider: 'nomad', address_mode: 'driver', port: '80' }] },
    {
      service: [{ name: 'a', address_mode: 'driver', port: '80' }],
    },
  ),
  inService('address-mode', { address_mode: 'driver' }, { address_mode: 'alloc' }),
  inService('address-mode', { address: '10.0.0.1', address_mode: 'host' }, { address: '10.0.0.1' }),
  inCheck(
    'script-check-task',
    { type: 'script', command: '/bin/true' },
    { type: 'script', command: '/bin/true', task: 'server' },
  ),
  inCheck(
    'script-check-task',
    { type: 'script', command: '/bin/true', task: 'sever' },
    { type: 'script', command: '/bin/true', task: 'server' },
  ),
  inService('no-check', { check: [] }, {}, { job: { type: 'service' } }),
  inCheck('check-path', { path: 'http://localhost/health' }, { path: '/health' }),
  inCheck('check-method', { method: 'FETCH' }, { method: 'HEAD' }, nomad),
  inCheck('check-consul-only', { success_before_passing: 2 }, {}, nomad),
  inCheck('check-consul-only', { tls_server_name: 'a.example.org' }, {}, nomad),
  inCheck(
    'check-thresholds',
    { type: 'script', command: '/bin/true', task: 'server', failures_before_critical: 3 },
    { failures_before_critical: 3 },
  ),
  inCheck(
    'check-restart-conflict',
    { on_update: 'ignore', check_restart: { limit: 3 } },
    { check_restart: { limit: 3 } },
  ),
  inCheck('check-restart-at-once', { check_restart: { limit: 1 } }, { check_restart: { limit: 1, grace: '30s' } }),
  inCheck('check-notes', { notes: 'x'.repeat(256) }, { notes: 'x' }),
  inTask(
    'check-name-twice',
    {
      service: [
        {
          name: 'a',
          port: 'http',
          check: [
            { name: 'c', type: 'tcp', ...times },
            { name: 'c', type: 'tcp', ...times },
          ],
        },
      ],
    },
    {
      service: [
        {
          name: 'a',
          port: 'http',
          check: [
            { name: 'c', type: 'tcp', ...times },
            { name: 'd', type: 'tcp', ...times },
          ],
        },
      ],
    },
    bridge,
  ),
  inTask(
    'check-in-other-task',
    { service: [{ name: 'a', task: 'other' }] },
    { service: [{ name: 'a', task: 'server' }] },
  ),
  inTask(
    'check-numeric-port',
    { service: [{ name: 'a', port: 'http', check: [{ type: 'tcp', port: '80', ...times }] }] },
    {
      service: [{ name: 'a', port: 'http', check: [{ type: 'tcp', port: '80', address_mode: 'driver', ...times }] }],
    },
    bridge,
  ),
  inCheck('check-slower-than-deadline', { interval: '10m' }, { interval: '1m' }),
  inService('connect-kind', { check: [], connect: {} }, mesh),
  inTask('connect-in-task', { service: [{ name: 'a', connect: sidecar }] }, service),
  inGroup(
    'connect-network',
    { service: [{ name: 'web', port: '80', connect: sidecar }] },
    {
      network: [{ mode: 'bridge' }],
      service: [{ name: 'web', port: '80', connect: sidecar }],
    },
  ),
  inService('connect-upper-case', { ...mesh, name: 'Web' }, mesh),
  inService(
    'connect-native',
    { check: [], connect: { native: true }, task: 'sever' },
    { check: [], connect: { native: true }, task: 'server' },
  ),
  inService('connect-port', { ...mesh, port: undefined }, mesh),
  inCheck('connect-tcp-check', { type: 'tcp' }, { type: 'http', expose: true }, { service: { connect: sidecar } }),
  inCheck('check-expose', { expose: true }, {}),
  inService(
    'upstream-clash',
    proxy(upstream('a', 8000), upstream('b', 8000)),
    proxy(upstream('a', 8000), upstream('b', 8001)),
  ),
  inService(
    'transparent-proxy',
    { check: [], connect: { sidecar_service: { proxy: { transparent_proxy: { exclude_inbound_ports: ['nope'] } } } } },
    {
      check: [],
      connect: { sidecar_service: { proxy: { transparent_proxy: { exclude_inbound_ports: ['8080'] } } } },
    },
  ),
  inService(
    'gateway',
    gateway({ ingress: { listener: [] } }),
    gateway({ ingress: { listener: [{ port: 80, protocol: 'tcp', service: [{ name: 'web' }] }] } }),
  ),
  inService(
    'gateway',
    gateway({ terminating: { service: [{ name: 'db', cert_file: 'a' }] } }),
    gateway({ terminating: { service: [{ name: 'db' }] } }),
  ),
  inGroup('shutdown-delay-unused', { shutdown_delay: '10s' }, { shutdown_delay: '10s', ...service }),
  inGroup(
    'static-port-clash',
    ports({ label: 'a', static: 80 }, { label: 'b', static: 80 }),
    ports({ label: 'a', static: 80 }),
    system,
  ),
  inGroup(
    'mixed-providers',
    {
      service: [{ name: 'a', provider: 'nomad' }],
      task: [taskNamed('server', { service: [{ name: 'b', provider: 'consul' }] })],
    },
    {
      service: [{ name: 'a', provider: 'nomad' }],
      task: [taskNamed('server', { service: [{ name: 'b', provider: 'nomad' }] })],
    },
    batch,
  ),
]
