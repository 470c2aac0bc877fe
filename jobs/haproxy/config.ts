import { type ConsulTemplate, type ServiceInstance, consulTemplate, services } from '../../nomad'

/** Ports that HAProxy listens on, on every node. */
export interface FrontEndPorts {
  readonly http: number
  readonly mysqlWrite: number
  readonly mysqlRead: number
  readonly stats: number
}

/** What HAProxy needs to know of MySQL: where an instance's agent answers for its role. */
export interface MysqlBackEnds {
  /** Consul service of the instances. */
  readonly service: string
  /** Port of the agent beside each instance. */
  readonly agentPort: number
  /** Path that answers 200 on the writable primary alone. */
  readonly primaryPath: string
  /** Path that answers 200 on an instance that may be read from. */
  readonly readPath: string
}

export interface HaproxyConfigProps {
  readonly ports: FrontEndPorts
  /** Consul service of the web tier. */
  readonly webService: string
  /** Beginnings of paths whose POST is asked of another instance only where it can't have arrived at the first. */
  readonly onlyOnce: readonly string[]
  readonly mysql: MysqlBackEnds
}

/**
 * HAProxy's configuration: plain text, and what only Consul knows. `idle-close-on-response`: a process that has handed over
 * to the next one answers one request more on each kept connection, and says there that it closes it. Without it, requests
 * that are on their way while it closes are lost (bench/site scale).
 *
 * `observe layer4`: an instance that refuses a connection is down at once, also for a process that has handed over and
 * checks no more. Otherwise `leastconn` would send each retry to the instances that are gone, which have the fewest
 * connections of all; with it, `retries` is how many may go at once.
 *
 * `tcp-ut`: a node that lost its power sends nothing, and a request on a connection that was open would wait for the end of
 * TCP's patience (bench/site node). What its kernel doesn't acknowledge within 3 s is asked of another instance, and so is,
 * by `srvtcpka`, what it had acknowledged when it died. (`tcp-ut` is on each server's line: HAProxy 2.6 takes it from
 * `default-server` without a word, and does nothing with it.) So requests may come twice, which the application takes for one; those that may not are told by their paths.
 */
export function haproxyConfig({ ports, webService, onlyOnce, mysql }: HaproxyConfigProps): ConsulTemplate {
  // HAProxy asks the agent for the role itself, twice a second: Consul's view alone would lag behind a failover. So an
  // instance is listed whatever Consul says of its health.
  const mysqlServers = services(mysql.service, { filter: 'any' }).each((s) =>
    server(s, consulTemplate`port ${mysql.agentPort} on-marked-down shutdown-sessions`),
  )
  return consulTemplate`global
  log stdout format raw local0 notice
  maxconn 2000
  nbthread 2
  stats socket /tmp/haproxy.sock mode 600 level admin expose-fd listeners
  server-state-file /tmp/haproxy.state
  hard-stop-after 60s

defaults
  mode http
  log global
  option dontlognull
  option redispatch
  load-server-state-from-file global
  retries 3
  timeout connect 2s
  timeout queue 5s
  timeout client 30s
  timeout server 30s
  timeout http-request 10s
  timeout http-keep-alive 30s

frontend site
  bind :${ports.http}
  option idle-close-on-response
  option forwardfor
  default_backend web
${onlyOnce.map((path) => `  http-request disable-l7-retry if METH_POST { path_beg ${path} }\n`).join('')}
backend web
  balance leastconn
  option httpchk
  http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host ${webService}
  http-reuse safe
  retry-on conn-failure empty-response
  retries 10
  option redispatch 1
  timeout check 2s
  option srvtcpka
  srvtcpka-idle 2s
  srvtcpka-intvl 1s
  srvtcpka-cnt 2
  default-server check inter 1s fall 3 rise 1 observe layer4 error-limit 1 on-error mark-down
${services(webService).each((s) => server(s, 'tcp-ut 3s'))}
listen mysql-write
  mode tcp
  bind :${ports.mysqlWrite}
  timeout client 1h
  timeout server 1h
  option httpchk GET ${mysql.primaryPath}
  timeout check 1s
  default-server check inter 400ms fastinter 100ms downinter 200ms fall 2 rise 1
${mysqlServers}
listen mysql-read
  mode tcp
  bind :${ports.mysqlRead}
  balance leastconn
  timeout client 1h
  timeout server 1h
  option httpchk GET ${mysql.readPath}
  timeout check 1s
  default-server check inter 1s fastinter 200ms fall 2 rise 1
${mysqlServers}
frontend stats
  bind :${ports.stats}
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /
  stats refresh 5s
  stats show-legends
`
}

/** One server line. Named by its id in Consul: while a restarted instance is still listed twice, no name is. */
const server = (s: ServiceInstance, options: ConsulTemplate | string = '') =>
  consulTemplate`  server ${s.id} ${s.address}:${s.port} ${options}
`
