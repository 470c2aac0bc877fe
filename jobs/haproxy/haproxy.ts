import type { Construct } from 'constructs'
import {
  Change,
  Check,
  Consul,
  Cpu,
  Docker,
  Duration,
  Job,
  Memory,
  Network,
  Restart,
  Size,
  Template,
  Update,
} from '../../nomad'
import { haproxyConfig, type FrontEndPorts, type MysqlBackEnds } from './config'

export interface HaproxyProps {
  readonly image: string
  readonly mysql: MysqlBackEnds
  /** Consul service of the web tier. @default 'web' */
  readonly webService?: string
  /**
   * Beginnings of paths whose POST must not come twice: where an instance may have had it, its loss is told with 502.
   * @default - none: all others are asked of another instance when the first one is lost
   */
  readonly onlyOnce?: readonly string[]
  /** @default - http 80, MySQL writes 3306, MySQL reads 3307, statistics 8404 */
  readonly ports?: Partial<FrontEndPorts>
}

/** The load balancer, on every node: the site, MySQL's writes to the primary, MySQL's reads over all instances. */
export class Haproxy extends Job {
  constructor(scope: Construct, id: string, props: HaproxyProps) {
    super(scope, id, {
      type: 'system',
      priority: 70,
      update: Update.rolling({
        maxParallel: 1,
        minHealthyTime: Duration.seconds(3),
        healthyDeadline: Duration.minutes(3),
        progressDeadline: Duration.minutes(10),
      }),
    })
    const ports: FrontEndPorts = { http: 80, mysqlWrite: 3306, mysqlRead: 3307, stats: 8404, ...props.ports }
    const every = Duration.seconds(2)
    const timeout = Duration.seconds(1)

    // The node's own network: every connection of the platform passes here, and none should pass a NAT as well.
    const group = this.addGroup('haproxy', {
      network: Network.host(),
      restart: Restart.delayed(10, { interval: Duration.minutes(5), delay: Duration.seconds(2) }),
    })
    const http = group.addPort('http', { static: ports.http })
    const write = group.addPort('mysql_write', { static: ports.mysqlWrite })
    const read = group.addPort('mysql_read', { static: ports.mysqlRead })
    const stats = group.addPort('stats', { static: ports.stats })

    group.addTask('haproxy', {
      driver: Docker.image(props.image, {
        networkMode: 'host',
        readonlyRootfs: true,
        tmpfs: { '/tmp': Size.mebibytes(2) },
      }),
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(32) },
      consul: Consul.default(),
      templates: [
        Template.of(
          haproxyConfig({
            ports,
            webService: props.webService ?? 'web',
            onlyOnce: props.onlyOnce ?? [],
            mysql: props.mysql,
          }),
          {
            destination: 'local/haproxy.cfg',
            onChange: Change.script('/usr/local/bin/haproxy-reload', { timeout: Duration.seconds(20) }),
            splay: Duration.seconds(0),
          },
        ),
      ],
      killTimeout: Duration.seconds(20),
    })

    // A port without a back end that is up is still open: what each check asks is that HAProxy itself answers.
    group.addService('site', { port: http, checks: [Check.tcp({ every, timeout })] })
    group.addService('mysql-write', { port: write, checks: [Check.tcp({ every, timeout })] })
    group.addService('mysql-read', { port: read, checks: [Check.tcp({ every, timeout })] })
    group.addService('haproxy', {
      port: stats,
      checks: [Check.http('/metrics', { every: Duration.seconds(5), timeout })],
    })
  }
}
