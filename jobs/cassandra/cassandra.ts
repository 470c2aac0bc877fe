import type { Construct } from 'constructs'
import { Check, Consul, Cpu, Docker, Duration, Job, Memory, Network, Node, Restart, Size, Update } from '../../nomad'
import { consulAddress, nodeAddress } from '../consul-agent'
import { ports } from '../ports'

export interface CassandraProps {
  readonly image: string
  /** @default 'shoal' */
  readonly clusterName?: string
}

/** Cassandra for posts: a ring without a master, one node on each machine. */
export class Cassandra extends Job {
  constructor(scope: Construct, id: string, props: CassandraProps) {
    super(scope, id, {
      type: 'system',
      priority: 75,
      // One node joins at a time: the last of a big ring waits for all the others.
      update: Update.rolling({
        maxParallel: 1,
        minHealthyTime: Duration.seconds(5),
        healthyDeadline: Duration.minutes(40),
        progressDeadline: Duration.minutes(45),
      }),
      // A node of ours lets it drain: docs/guides/own-cluster.md.
      silence: ['kill-timeout-client'],
    })
    // The node's own network: gossip and drivers must see the address that the ring knows.
    const group = this.addGroup('cassandra', {
      network: Network.host(),
      restart: Restart.delayed(10, { interval: Duration.minutes(15), delay: Duration.seconds(5) }),
    })
    const cql = group.addPort('cql', { static: ports.cassandraCql })
    group.addPort('storage', { static: ports.cassandraStorage })
    group.addVolume('cassandra')

    group
      .addTask('cassandra', {
        driver: Docker.image(props.image, {
          networkMode: 'host',
          readonlyRootfs: true,
          init: true,
          tmpfs: { '/tmp': Size.mebibytes(16) },
        }),
        env: {
          CASSANDRA_LISTEN_ADDRESS: nodeAddress,
          CASSANDRA_CLUSTER_NAME: props.clusterName ?? 'shoal',
          CASSANDRA_DC: Node.datacenter,
          CASSANDRA_RACK: 'rack1',
          CONSUL_HTTP_ADDR: consulAddress,
        },
        consul: Consul.default(),
        resources: { cpu: Cpu.mhz(700), memory: Memory.mebibytes(900) },
        killTimeout: Duration.seconds(90),
      })
      .mount('cassandra', '/var/lib/cassandra')

    group.addService('cassandra', {
      port: cql,
      checks: [
        Check.script('cassandra-health', {
          task: 'cassandra',
          every: Duration.seconds(5),
          timeout: Duration.seconds(4),
        }),
      ],
    })
  }
}
