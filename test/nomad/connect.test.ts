import { expect } from 'chai'
import {
  Connect,
  Cpu,
  Docker,
  Duration,
  Expose,
  Gateway,
  Identity,
  Memory,
  Network,
  Service,
  Size,
  TransparentProxy,
  Upstream,
} from '../../nomad'
import { renderHcl, type ValueObject } from '../../nomad/hcl'
import { minimal, newJob } from './support'

/** The lines of a service's connect block. */
function hcl(connect: Connect): string {
  const job = newJob()
  const group = job.addGroup('group', { network: Network.bridge() })
  group.addTask('task', minimal)
  group.addService('web', { port: '80', connect })
  const text = renderHcl(job.toSpec() as unknown as ValueObject)
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.trim().startsWith('connect'))
  const end = lines.findIndex((line, i) => i > start && line === '      }')
  return lines
    .slice(start, end + 1)
    .map((line) => line.slice(6))
    .join('\n')
}

describe('Connect', () => {
  it('needs nothing', () => {
    expect(hcl(Connect.native())).to.equal('connect {\n  native = true\n}')
    expect(hcl(Connect.sidecar())).to.equal('connect {\n  sidecar_service {}\n}')
    expect(hcl(Connect.gateway(Gateway.mesh()))).to.equal('connect {\n  gateway {\n    mesh {}\n  }\n}')
    expect(TransparentProxy.of().toSpec()).to.deep.equal({
      uid: undefined,
      outbound_port: undefined,
      exclude_inbound_ports: undefined,
      exclude_outbound_ports: undefined,
      exclude_outbound_cidrs: undefined,
      exclude_uids: undefined,
      no_dns: undefined,
    })
    expect(Upstream.of('db').toSpec()).to.include({ destination_name: 'db', local_bind_port: undefined })
  })

  it('has sidecars with everything', () => {
    const connect = Connect.sidecar({
      port: 'proxy',
      tags: ['p'],
      meta: { a: 'b' },
      disableDefaultTcpCheck: true,
      localServiceAddress: '127.0.0.2',
      localServicePort: 8080,
      expose: Expose.paths({ path: '/health', localPathPort: 8080, listenerPort: 'health', protocol: 'http2' }),
      upstreams: [
        Upstream.of('db', {
          localBindPort: 5432,
          localBindAddress: '127.0.0.1',
          localBindSocketPath: '/run/db.sock',
          localBindSocketMode: '0600',
          datacenter: 'dc2',
          destinationType: 'prepared_query',
          destinationPeer: 'peer',
          destinationNamespace: 'ns',
          destinationPartition: 'part',
          meshGateway: 'local',
          config: { connect_timeout_ms: 500 },
        }),
      ],
      transparentProxy: TransparentProxy.of({
        uid: '102',
        outboundPort: 15002,
        excludeInboundPorts: ['health', '9000'],
        excludeOutboundPorts: [443],
        excludeOutboundCidrs: ['10.0.0.0/8'],
        excludeUids: ['1000'],
        noDns: true,
      }),
      config: { protocol: 'http' },
      task: {
        name: 'envoy',
        driver: Docker.image('envoy:1'),
        resources: { cpu: Cpu.mhz(50), memory: Memory.mebibytes(48) },
        env: { A: 'b' },
        user: 'envoy',
        meta: { c: 'd' },
        killTimeout: Duration.seconds(5),
        killSignal: 'SIGTERM',
        shutdownDelay: Duration.seconds(1),
        logs: { maxFiles: 1, maxFileSize: Size.mebibytes(2) },
        mounts: [{ volume: 'v', destination: '/v' }],
        identities: [Identity.default({ file: true })],
        raw: { user: 'other' },
      },
    })
    const { sidecar_service: service, sidecar_task: task } = connect.toSpec()
    expect(service).to.deep.include({ port: 'proxy', tags: ['p'], meta: { a: 'b' }, disable_default_tcp_check: true })
    expect(service?.proxy).to.deep.include({
      local_service_address: '127.0.0.2',
      local_service_port: 8080,
      config: { protocol: 'http' },
      expose: { path: [{ path: '/health', protocol: 'http2', local_path_port: 8080, listener_port: 'health' }] },
    })
    expect(service?.proxy?.upstreams).to.deep.equal([
      {
        destination_name: 'db',
        destination_namespace: 'ns',
        destination_peer: 'peer',
        destination_partition: 'part',
        destination_type: 'prepared_query',
        local_bind_port: 5432,
        datacenter: 'dc2',
        local_bind_address: '127.0.0.1',
        local_bind_socket_path: '/run/db.sock',
        local_bind_socket_mode: '0600',
        mesh_gateway: { mode: 'local' },
        config: { connect_timeout_ms: 500 },
      },
    ])
    expect(service?.proxy?.transparent_proxy).to.deep.equal({
      uid: '102',
      outbound_port: 15002,
      exclude_inbound_ports: ['health', '9000'],
      exclude_outbound_ports: [443],
      exclude_outbound_cidrs: ['10.0.0.0/8'],
      exclude_uids: ['1000'],
      no_dns: true,
    })
    expect(task).to.deep.include({
      name: 'envoy',
      driver: 'docker',
      config: { image: 'envoy:1' },
      user: 'other',
      kill_timeout: '5s',
    })
    expect(task?.resources).to.include({ cpu: 50, memory: 48 })
  })

  it("leaves a sidecar's memory to Nomad where none is given", () => {
    const { sidecar_task: task } = Connect.sidecar({ task: { resources: { cpu: Cpu.mhz(50) } } }).toSpec()
    expect(task?.resources?.cpu).to.equal(50)
    expect(task?.resources?.memory).to.equal(undefined)
  })

  it('has gateways with everything', () => {
    const proxy = {
      connectTimeout: Duration.seconds(2),
      bindTaggedAddresses: true,
      bindAddresses: { lan: { address: '0.0.0.0', port: 8443 } },
      noDefaultBind: true,
      dnsDiscoveryType: 'STRICT_DNS',
      config: { a: 1 },
    } as const
    const tls = { enabled: true, minVersion: 'TLSv1_2', maxVersion: 'TLSv1_3', cipherSuites: ['X'] }
    const ingress = Gateway.ingress(
      [
        {
          port: 80,
          protocol: 'http',
          services: [
            {
              name: 'web',
              hosts: ['a'],
              tls: { sds: { clusterName: 'c', certResource: 'r' } },
              requestHeaders: { add: { a: 'b' }, set: { c: 'd' }, remove: ['e'] },
              responseHeaders: { remove: ['f'] },
              maxConnections: 1,
              maxPendingRequests: 2,
              maxConcurrentRequests: 3,
            },
          ],
        },
      ],
      { tls, proxy },
    ).toSpec()
    expect(ingress.proxy).to.deep.equal({
      connect_timeout: '2s',
      envoy_gateway_bind_tagged_addresses: true,
      envoy_gateway_bind_addresses: [{ name: 'lan', address: '0.0.0.0', port: 8443 }],
      envoy_gateway_no_default_bind: true,
      envoy_dns_discovery_type: 'STRICT_DNS',
      config: { a: 1 },
    })
    expect(ingress.ingress?.tls).to.deep.include({ enabled: true, tls_min_version: 'TLSv1_2', cipher_suites: ['X'] })
    expect(ingress.ingress?.listener?.[0]?.service?.[0]).to.deep.include({
      name: 'web',
      request_headers: { add: { a: 'b' }, set: { c: 'd' }, remove: ['e'] },
      max_pending_requests: 2,
    })
    const linked = { name: 'db', caFile: 'ca', certFile: 'crt', keyFile: 'key', sni: 'db.example' }
    expect(Gateway.terminating([linked], { proxy }).toSpec().terminating).to.deep.equal({
      service: [{ name: 'db', ca_file: 'ca', cert_file: 'crt', key_file: 'key', sni: 'db.example' }],
    })
  })

  it("takes Nomad's own names as well", () => {
    const spec = new Service('web', { connect: { native: true }, raw: { address_mode: 'driver' } }).toSpec()
    expect(spec).to.deep.include({ connect: { native: true }, address_mode: 'driver' })
  })
})
