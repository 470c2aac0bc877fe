import type { Construct } from 'constructs'
import {
  Action,
  Affinity,
  Change,
  Check,
  Constraint,
  Consul,
  ConsulTemplate,
  Cpu,
  Docker,
  Duration,
  Env,
  type Group,
  Job,
  Memory,
  Network,
  Node,
  NomadVariable,
  type Port,
  Reschedule,
  Restart,
  Size,
  Template,
  type TaskProps,
  Update,
  consulTemplate,
  nomadVar,
} from '../../nomad'
import { consulAddress } from '../consul-agent'
import type { MysqlBackEnds } from '../haproxy'
import { ports } from '../ports'
import { secrets } from '../secrets'

export interface MysqlProps {
  /** Image of mysqld. */
  readonly image: string
  /** Image of the agent beside it. */
  readonly agentImage: string
  /** One primary, the others replicas. @default 3 */
  readonly instances?: number
}

/** MySQL for accounts and sessions: one primary, the others GTID replicas with semi-sync, each on a node of its own. */
export class Mysql extends Job {
  /** What HAProxy needs to know. */
  readonly backEnds: MysqlBackEnds = {
    service: 'mysql',
    agentPort: ports.mysqlAgent,
    primaryPath: '/primary',
    readPath: '/read?max_lag=5s',
  }

  constructor(scope: Construct, id: string, props: MysqlProps) {
    const instances = props.instances ?? 3
    super(scope, id, {
      type: 'service',
      priority: 80,
      update: Update.rolling({
        maxParallel: 1,
        minHealthyTime: Duration.seconds(5),
        healthyDeadline: Duration.minutes(10),
        progressDeadline: Duration.minutes(20),
        // A change that fails stops at its first instance; to revert it would restart that one, and hand over, once more.
        autoRevert: false,
      }),
      // A node of ours lets mysqld take its minute: docs/guides/own-cluster.md.
      silence: ['kill-timeout-client'],
      reschedule: Reschedule.unlimited({
        delay: Duration.seconds(5),
        delayFunction: 'exponential',
        maxDelay: Duration.minutes(2),
      }),
    })
    secrets.mysql.grantRead(this)
    // The size is in a variable that every task of the job may read, not in the job: in a task's environment, a new number would
    // restart all instances, the primary too.
    const size = new NomadVariable(this, 'size', {
      path: `nomad/jobs/${this.jobId}`,
      items: { instances: String(instances) },
    })
    this.dependsOn(size)

    const group = this.addGroup('mysql', {
      count: instances,
      network: Network.bridge(),
      constraints: [Constraint.distinctHosts()],
      // Data stays on a node when the job goes: a job that comes back should find it there. Any node will do where none is a home.
      affinities: [Affinity.where(Node.meta('mysql'), '=', 'home', 100)],
      restart: Restart.delayed(20, { interval: Duration.minutes(10), delay: Duration.seconds(2) }),
    })
    // Fixed ports: replicas and HAProxy find an instance again where it was.
    const mysql = group.addPort('mysql', { static: ports.mysql, to: ports.mysql })
    const agent = group.addPort('agent', { static: ports.mysqlAgent, to: ports.mysqlAgent })
    group.addVolume('mysql')

    this.addMysqld(group, mysql, props.image)
    this.addAgent(group, mysql, props.agentImage)

    const every = Duration.seconds(2)
    const timeout = Duration.seconds(2)
    group.addService('mysql', { port: mysql, checks: [Check.http('/health', { port: agent, every, timeout })] })
    group.addService('mysql-agent', { port: agent, checks: [Check.http('/health', { every, timeout })] })
  }

  private addMysqld(group: Group, mysql: Port, image: string): void {
    group
      .addTask('mysqld', {
        driver: Docker.image(image, { readonlyRootfs: true, init: true, tmpfs: { '/tmp': Size.mebibytes(8) } }),
        env: { ADVERTISE_HOST: mysql.ip, MYSQL_PORT: ports.mysql },
        // Stopped first: its agent must still be there to hand the primary's role over.
        leader: true,
        resources: { cpu: Cpu.mhz(400), memory: Memory.mebibytes(260) },
        templates: [passwords()],
        killTimeout: Duration.seconds(60),
      })
      .mount('mysql', '/var/lib/mysql')
  }

  private addAgent(group: Group, mysql: Port, image: string): void {
    const agent: TaskProps = {
      driver: Docker.image(image, { readonlyRootfs: true, init: true, tmpfs: { '/tmp': Size.mebibytes(2) } }),
      env: {
        INSTANCE: Node.name,
        ADVERTISE_HOST: mysql.ip,
        MYSQL_PORT: ports.mysql,
        AGENT_PORT: ports.mysqlAgent,
        MYSQL_INSTANCES_FILE: `${Env.secretsDir}/instances`,
        CONSUL_HTTP_ADDR: consulAddress,
      },
      consul: Consul.default(),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(70) },
      templates: [
        passwords(),
        Template.of(nomadVar(`nomad/jobs/${this.jobId}`, 'instances'), {
          destination: 'secrets/instances',
          onChange: Change.noop(),
        }),
      ],
      killTimeout: Duration.seconds(30),
    }
    group
      .addTask('agent', agent)
      .mount('mysql', '/var/lib/mysql')
      .addAction(Action.of('status', 'mysql-agent', ['status']))
      .addAction(Action.of('switchover', 'mysql-agent', ['switchover']))
      .addAction(Action.of('promote', 'mysql-agent', ['promote']))
  }
}

/** Read by programs, never on a command line or in the environment, and again by the agent each second: a new password restarts nobody. */
function passwords(): Template {
  const { mysql } = secrets
  const lines = mysql.items.map((item, i) => {
    const comma = i < mysql.items.length - 1 ? ',' : ''
    return consulTemplate`  "${item}": "${mysql.item(item)}"${comma}\n`
  })
  return Template.of(ConsulTemplate.concat('{\n', ...lines, '}\n'), {
    destination: 'secrets/mysql.json',
    onChange: Change.noop(),
  })
}
