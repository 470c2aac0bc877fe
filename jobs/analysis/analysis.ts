import type { Construct } from 'constructs'
import {
  Constraint,
  Consul,
  Cpu,
  Docker,
  Duration,
  Env,
  Job,
  Memory,
  Network,
  Node,
  Parameterized,
  Reschedule,
  Restart,
  Size,
  Template,
  consulTemplate,
} from '../../nomad'
import { consulAddress, nodeAddress } from '../consul-agent'
import { secrets } from '../secrets'

export interface AnalysisProps {
  readonly image: string
  /** Executors of one run, each on a node of its own. @default 1 */
  readonly executors?: number
}

/** Spark over Cassandra's posts, on demand: `nomad job dispatch analysis`. Gone when it has counted. */
export class Analysis extends Job {
  constructor(scope: Construct, id: string, props: AnalysisProps) {
    super(scope, id, {
      type: 'batch',
      priority: 40,
      parameterized: Parameterized.of({ payload: 'forbidden' }),
      // Spark's JVMs don't fit twice on a weak node.
      constraints: [Constraint.distinctHosts()],
    })
    secrets.posts.grantRead(this)
    const executors = props.executors ?? 1
    this.addRole('driver', 1, props.image, executors)
    this.addRole('executor', executors, props.image, executors)
  }

  private addRole(role: 'driver' | 'executor', count: number, image: string, executors: number): void {
    const group = this.addGroup(role === 'driver' ? 'driver' : 'executors', {
      count,
      network: Network.host(),
      restart: Restart.attempts(1, { interval: Duration.minutes(5), delay: Duration.seconds(5) }),
      reschedule: Reschedule.never(),
    })
    const rpc = group.addPort('rpc')
    const blocks = group.addPort('blocks')
    const master = role === 'driver' ? group.addPort('master') : undefined
    group.addTask(role, {
      driver: Docker.image(image, {
        networkMode: 'host',
        args: [role],
        readonlyRootfs: true,
        init: true,
        tmpfs: { '/tmp': Size.mebibytes(64) },
      }),
      env: {
        SPARK_HOST: nodeAddress,
        SPARK_RPC_PORT: rpc.port,
        SPARK_BLOCKS_PORT: blocks.port,
        ...(master ? { SPARK_MASTER_PORT: master.port } : {}),
        SPARK_EXECUTORS: executors,
        ANALYSIS_ID: Env.jobId,
        CONSUL_HTTP_ADDR: consulAddress,
        CASSANDRA_DATACENTER: Node.datacenter,
      },
      consul: Consul.default(),
      resources: { cpu: Cpu.mhz(600), memory: Memory.mebibytes(640) },
      templates: [
        Template.of(
          consulTemplate`CASSANDRA_USER=${secrets.posts.item('username')}
CASSANDRA_PASSWORD=${secrets.posts.item('password')}
`,
          { destination: 'secrets/analysis.env', env: true },
        ),
      ],
      killTimeout: Duration.seconds(15),
    })
  }
}
