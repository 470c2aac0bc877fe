import type { Construct } from 'constructs'
import {
  Change,
  Check,
  Cpu,
  Docker,
  Duration,
  Job,
  Memory,
  Network,
  Template,
  consulTemplate,
  services,
} from 'nomad-constructs'

/** What the proxy stands in front of. */
export interface ProxyProps {
  /** Name of the service in Consul. */
  readonly service: string
  /** Port on every node. @default 8080 */
  readonly port?: number
}

/** HAProxy on every node, in front of the healthy instances of a service. */
export class Proxy extends Job {
  constructor(scope: Construct, id: string, props: ProxyProps) {
    super(scope, id, { type: 'system', priority: 70 })
    const port = props.port ?? 8080

    const group = this.addGroup('haproxy', { network: Network.host() })
    const http = group.addPort('http', { static: port })

    const config = consulTemplate`
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s

frontend http
  bind :${port}
  monitor-uri /proxy-health
  default_backend instances

backend instances
  balance leastconn
  option redispatch 1
  retries 5
  default-server check observe layer4 error-limit 1 on-error mark-down
${services(props.service).each((s) => consulTemplate`  server ${s.id} ${s.address}:${s.port} tcp-ut 3s\n`)}`

    group.addTask('haproxy', {
      driver: Docker.image('haproxy:3.0', {
        networkMode: 'host',
        args: ['haproxy', '-W', '-db', '-f', '/local/haproxy.cfg'],
      }),
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(64) },
      templates: [
        // a new list of instances: HAProxy's master reloads, and no connection is dropped
        Template.of(config, { destination: 'local/haproxy.cfg', onChange: Change.signal('SIGUSR2') }),
      ],
    })
    group.addService('proxy', {
      port: http,
      checks: [Check.http('/proxy-health', { every: Duration.seconds(2), timeout: Duration.seconds(1) })],
    })
  }
}
