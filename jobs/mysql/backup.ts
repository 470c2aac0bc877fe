import type { Construct } from 'constructs'
import {
  Check,
  Constraint,
  Consul,
  Cpu,
  Docker,
  Duration,
  Job,
  type JobProps,
  Memory,
  Network,
  Node,
  Periodic,
  Restart,
  Size,
  type Task,
  type TaskProps,
  Change,
} from '../../nomad'
import { consulAddress, nodeAddress } from '../consul-agent'
import { ports } from '../ports'
import { secrets } from '../secrets'

/** What every job around MySQL's backups is told. */
export interface BackupProps {
  /** Image with the programs: mysql-archive, mysql-backup, mysql-restore. */
  readonly image: string
  /**
   * The nodes that keep backups, each its own: those where instances of MySQL are at home. A node keeps a base backup when the
   * instance on it is a replica.
   * @default - nodes whose meta `mysql` is `home`
   */
  readonly on?: Constraint
}

export interface MysqlBackupProps extends BackupProps {
  /** When base backups are made, in UTC. @default '0 3 * * *' */
  readonly schedule?: string
  /** `false`: only when somebody asks (`nomad job periodic force mysql-backup`). @default true */
  readonly enabled?: boolean
  /** Days after which a base backup is removed, and the binary logs that only it needs. @default 7 */
  readonly retentionDays?: number
  /** As many of the newest base backups are kept whatever their age. @default 2 */
  readonly keep?: number
}

export interface MysqlArchiveProps extends BackupProps {
  /** How old the group's newest base backup may be, in hours, until the service `mysql-archive` warns. @default 26 */
  readonly maxBaseAgeHours?: number
}

/** The volume of the instance on the node, and that of the backups, for every task that deals with them. */
export abstract class BackupJob extends Job {
  constructor(scope: Construct, id: string, props: BackupProps, job: JobProps) {
    // Data may be anywhere: an instance whose home was lost for a while runs, and leaves its data, on another node.
    const on = props.on ?? Constraint.where(Node.meta('mysql'), '=', 'home')
    super(scope, id, { ...job, constraints: job.parameterized ? [] : [on] })
  }

  protected addProgram(
    program: 'archive' | 'backup' | 'restore',
    props: BackupProps,
    task: Partial<TaskProps>,
    restart: Restart,
    args?: readonly string[],
  ): Task {
    const group = this.addGroup(program, {
      network: Network.bridge(),
      restart,
    })
    group.addVolume('backup')
    if (program !== 'archive') group.addVolume('mysql')
    const added = group.addTask(program, {
      driver: Docker.image(props.image, {
        command: `mysql-${program}`,
        args,
        readonlyRootfs: true,
        init: true,
        tmpfs: { '/tmp': Size.mebibytes(8) },
      }),
      consul: Consul.default(),
      resources: { cpu: Cpu.mhz(50), memory: Memory.mebibytes(32) },
      killTimeout: Duration.seconds(30),
      ...task,
      env: {
        NODE_NAME: Node.name,
        NODE_ADDRESS: nodeAddress,
        MYSQL_PORT: ports.mysql,
        AGENT_PORT: ports.mysqlAgent,
        BACKUP_DIR: '/backup',
        CONSUL_HTTP_ADDR: consulAddress,
        ...task.env,
      },
    })
    added.mount('backup', '/backup')
    if (program !== 'archive') added.mount('mysql', '/var/lib/mysql')
    // Read at each connection: a new password restarts nothing.
    secrets.mysql.grantRead(added, { json: 'secrets/mysql.json', onChange: Change.noop() })
    return added
  }
}

/**
 * The first base backup of a group that has none, made by itself on one node when the group is whole. It runs once on each node that keeps backups,
 * also on one that joins later, and ends at once where there is a base already.
 */
export class MysqlFirstBackup extends BackupJob {
  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id, props, { type: 'sysbatch', priority: 60 })
    this.addProgram(
      'backup',
      props,
      { resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) } },
      Restart.attempts(2, { interval: Duration.hours(1), delay: Duration.minutes(1) }),
      ['first'],
    )
  }
}

/** Follows the group's binary logs on every node that keeps backups, as they are written. */
export class MysqlArchive extends BackupJob {
  constructor(scope: Construct, id: string, props: MysqlArchiveProps) {
    super(scope, id, props, { type: 'system', priority: 70 })
    const task = this.addProgram(
      'archive',
      props,
      { env: { BACKUP_MAX_AGE: props.maxBaseAgeHours ?? 26 } },
      Restart.delayed(20, { interval: Duration.minutes(10), delay: Duration.seconds(5) }),
    )
    task.addService('mysql-archive', {
      checks: [
        Check.script('mysql-archive', {
          args: ['check'],
          every: Duration.seconds(30),
          timeout: Duration.seconds(10),
          // Before its first base backup a group is no worse for it, and there may be no replica yet.
          onUpdate: 'ignore',
        }),
      ],
    })
  }
}

/** A base backup of each replica, on the replica's own node, at times. */
export class MysqlBackup extends BackupJob {
  constructor(scope: Construct, id: string, props: MysqlBackupProps) {
    super(scope, id, props, {
      type: 'sysbatch',
      priority: 60,
      periodic: Periodic.cron(props.schedule ?? '0 3 * * *', {
        prohibitOverlap: true,
        enabled: props.enabled ?? true,
      }),
    })
    this.addProgram(
      'backup',
      props,
      {
        env: { BACKUP_RETENTION_DAYS: props.retentionDays ?? 7, BACKUP_KEEP: props.keep ?? 2 },
        resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
      },
      Restart.attempts(2, { interval: Duration.hours(1), delay: Duration.minutes(1) }),
    )
  }
}
