import type { Construct } from 'constructs'
import { Cpu, Duration, grantCapabilities, grantVariables, Identity, Memory, Parameterized, Restart } from '../../nomad'
import { BackupJob, type BackupProps } from './backup'

export interface MysqlRestoreProps extends BackupProps {
  /** Id of the job that runs the group. @default 'mysql' */
  readonly mysqlJob?: string
}

/**
 * Restores the whole group to a moment, when it is dispatched:
 * `nomad job dispatch -meta at=2026-11-22T18:00:00Z -meta replace=yes mysql-restore`.
 */
export class MysqlRestore extends BackupJob {
  constructor(scope: Construct, id: string, props: MysqlRestoreProps) {
    super(scope, id, props, {
      type: 'sysbatch',
      priority: 90,
      // A node of ours lets its mysqld take its minute: docs/guides/own-cluster.md.
      silence: ['kill-timeout-client'],
      parameterized: Parameterized.of({
        payload: 'forbidden',
        metaRequired: ['at'],
        metaOptional: ['replace', 'without'],
      }),
    })
    const job = props.mysqlJob ?? 'mysql'
    // Scaling is the least that stops and starts a job: it can't change what runs.
    grantCapabilities(this, { capabilities: ['read-job', 'scale-job'], verb: 'scales', id: 'scale' })
    grantVariables(this, { path: `nomad/jobs/${job}`, capabilities: ['read'] })
    this.addProgram(
      'restore',
      props,
      {
        env: { MYSQL_JOB: job },
        identities: [Identity.default({ env: true })],
        // A mysqld of its own, with a small cache, while the group's is stopped.
        resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(256) },
        killTimeout: Duration.minutes(1),
      },
      Restart.never(),
    )
  }
}
