import type { Construct } from 'constructs'
import {
  Consul,
  Cpu,
  Docker,
  Duration,
  Identity,
  Job,
  Memory,
  Network,
  Node,
  Parameterized,
  Reschedule,
  Restart,
  Size,
  grantVariables,
} from '../../nomad'
import { consulAddress, nodeAddress } from '../consul-agent'
import { ports } from '../ports'
import { secrets } from '../secrets'

export interface MysqlRotateProps {
  /** Image with mysql-rotate: that of the backups. */
  readonly image: string
}

/**
 * Gives an account a new password without downtime, when it is dispatched: `nomad job dispatch -meta account=app mysql-rotate`.
 * Nobody sees the password.
 */
export class MysqlRotate extends Job {
  constructor(scope: Construct, id: string, props: MysqlRotateProps) {
    super(scope, id, {
      type: 'batch',
      priority: 60,
      parameterized: Parameterized.of({ payload: 'forbidden', metaRequired: ['account'] }),
    })
    const group = this.addGroup('rotate', {
      network: Network.bridge(),
      // Each run makes a password of its own: a person decides whether there is another.
      restart: Restart.never(),
      reschedule: Reschedule.never(),
    })
    const task = group.addTask('rotate', {
      driver: Docker.image(props.image, {
        command: 'mysql-rotate',
        readonlyRootfs: true,
        init: true,
        tmpfs: { '/tmp': Size.mebibytes(2) },
      }),
      env: {
        NODE_NAME: Node.name,
        NODE_ADDRESS: nodeAddress,
        MYSQL_PORT: ports.mysql,
        CONSUL_HTTP_ADDR: consulAddress,
      },
      consul: Consul.default(),
      identities: [Identity.default({ env: true })],
      resources: { cpu: Cpu.mhz(50), memory: Memory.mebibytes(48) },
      killTimeout: Duration.seconds(5),
    })
    grantVariables(task, { path: secrets.mysql.path, capabilities: ['read', 'write'] })
    grantVariables(task, { path: secrets.web.path, capabilities: ['read', 'write'] })
  }
}
