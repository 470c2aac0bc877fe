import type { Construct } from 'constructs'
import {
  Change,
  Check,
  Consul,
  Cpu,
  Docker,
  Duration,
  Env,
  Job,
  Memory,
  Network,
  Reschedule,
  Restart,
  Size,
  Spread,
  Template,
  Node,
  Update,
  consulTemplate,
} from '../../nomad'
import { consulAddress, nodeAddress } from '../consul-agent'
import { secrets } from '../secrets'

export interface WebProps {
  /** Image of the Hapi application. */
  readonly image: string
  /** Image of nginx with the static files. */
  readonly nginxImage: string
  /** @default 3 */
  readonly instances?: number
}

/** The web tier: the Hapi application, and nginx beside it for the static files, in one group with one network. */
export class Web extends Job {
  /** Beginnings of paths whose POST makes two of what was asked for when it comes twice: a post by the API may come without its id. */
  static readonly onlyOnce: readonly string[] = ['/api/v1/posts']
  /** Consul service of the tier. */
  readonly service = 'web'

  constructor(scope: Construct, id: string, props: WebProps) {
    super(scope, id, {
      type: 'service',
      priority: 60,
      update: Update.rolling({
        maxParallel: 1,
        minHealthyTime: Duration.seconds(5),
        healthyDeadline: Duration.minutes(5),
        progressDeadline: Duration.minutes(15),
        autoRevert: true,
      }),
      reschedule: Reschedule.unlimited({
        delay: Duration.seconds(5),
        delayFunction: 'exponential',
        maxDelay: Duration.minutes(2),
      }),
    })
    secrets.web.grantRead(this)
    secrets.posts.grantRead(this)

    const group = this.addGroup('web', {
      count: props.instances ?? 3,
      network: Network.bridge(),
      spreads: [Spread.over(Node.id)],
      restart: Restart.delayed(10, { interval: Duration.minutes(5), delay: Duration.seconds(3) }),
      // HAProxy looks away before the application stops.
      shutdownDelay: Duration.seconds(5),
    })
    const http = group.addPort('http', { to: 8080 })

    group.addTask('server', {
      driver: Docker.image(props.image, { readonlyRootfs: true, init: true, tmpfs: { '/tmp': Size.mebibytes(4) } }),
      env: {
        HOST: '127.0.0.1',
        PORT: 3000,
        NODE_ADDRESS: nodeAddress,
        CONSUL_HTTP_ADDR: consulAddress,
        MYSQL_WRITE_SERVICE: 'mysql-write',
        MYSQL_READ_SERVICE: 'mysql-read',
        MYSQL_DATABASE: 'accounts',
        MYSQL_PASSWORD_FILE: `${Env.secretsDir}/mysql_password`,
        CASSANDRA_SERVICE: 'cassandra',
        CASSANDRA_DATACENTER: Node.datacenter,
        CASSANDRA_KEYSPACE: 'posts',
      },
      consul: Consul.default(),
      resources: { cpu: Cpu.mhz(300), memory: Memory.mebibytes(128) },
      templates: [
        Template.of(
          consulTemplate`MYSQL_USER=${secrets.web.item('mysql_user')}
COOKIE_KEY=${secrets.web.item('cookie_key')}
CASSANDRA_USER=${secrets.posts.item('username')}
CASSANDRA_PASSWORD=${secrets.posts.item('password')}
`,
          { destination: 'secrets/server.env', env: true },
        ),
        // The application reads it again by itself: a new password restarts nobody.
        Template.of(consulTemplate`${secrets.web.item('mysql_password')}`, {
          destination: 'secrets/mysql_password',
          onChange: Change.noop(),
        }),
      ],
      killTimeout: Duration.seconds(20),
    })

    group.addTask('nginx', {
      driver: Docker.image(props.nginxImage, { readonlyRootfs: true, tmpfs: { '/tmp': Size.mebibytes(8) } }),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(20) },
      killTimeout: Duration.seconds(20),
    })

    group.addService(this.service, {
      port: http,
      checks: [
        // A slow node is not a dead one: HAProxy itself looks each second, and at each connection.
        Check.http('/health/ready', {
          every: Duration.seconds(2),
          timeout: Duration.seconds(2),
          failuresBeforeCritical: 3,
        }),
      ],
    })
  }
}
