import type { Construct } from 'constructs'
import {
  Consul,
  Cpu,
  Docker,
  Duration,
  Job,
  Memory,
  Network,
  Node,
  Reschedule,
  Restart,
  Size,
  Template,
  consulTemplate,
} from '../../nomad'
import { consulAddress } from '../consul-agent'
import { secrets } from '../secrets'

export interface CassandraSchemaProps {
  readonly image: string
  /** Copies of each row. @default 3 */
  readonly replicationFactor?: number
}

/** Brings Cassandra's keyspaces, tables and roles up to date. Runs once for each version; safe to run again. */
export class CassandraSchema extends Job {
  constructor(scope: Construct, id: string, props: CassandraSchemaProps) {
    super(scope, id, { type: 'batch', priority: 75 })
    secrets.cassandra.grantRead(this)
    secrets.posts.grantRead(this)
    const group = this.addGroup('schema', {
      network: Network.bridge(),
      restart: Restart.attempts(5, { interval: Duration.minutes(10), delay: Duration.seconds(5) }),
      reschedule: Reschedule.unlimited({ delay: Duration.seconds(10), delayFunction: 'constant' }),
    })
    group.addTask('migrate', {
      driver: Docker.image(props.image, { readonlyRootfs: true, init: true, tmpfs: { '/tmp': Size.mebibytes(2) } }),
      env: {
        CONSUL_HTTP_ADDR: consulAddress,
        CASSANDRA_DATACENTER: Node.datacenter,
        CASSANDRA_REPLICATION_FACTOR: props.replicationFactor ?? 3,
      },
      consul: Consul.default(),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(96) },
      templates: [
        Template.of(
          consulTemplate`CASSANDRA_ADMIN_PASSWORD=${secrets.cassandra.item('admin_password')}
CASSANDRA_USER=${secrets.posts.item('username')}
CASSANDRA_PASSWORD=${secrets.posts.item('password')}
`,
          { destination: 'secrets/schema.env', env: true },
        ),
      ],
    })
  }
}
