import { AclPolicy } from '@cdktf/provider-nomad/lib/acl-policy'
import type { Construct } from 'constructs'
import { Cpu, Duration, Identity, Memory, Parameterized, Restart } from '../../nomad'
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
    const policy = new AclPolicy(this, 'scale', {
      name: `${this.jobId}-scales-jobs`,
      description: `Shoal: the job ${this.jobId} stops and starts ${job} by its count`,
      rulesHcl: `namespace "default" {\n  capabilities = ["read-job", "scale-job"]\n  variables {\n    path "nomad/jobs/${job}" {\n      capabilities = ["read"]\n    }\n  }\n}\n`,
      jobAcl: { namespace: 'default', jobId: this.jobId },
    })
    this.dependsOn(policy)
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
