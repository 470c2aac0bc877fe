import { AclPolicy } from '@cdktf/provider-nomad/lib/acl-policy'
import type { Job } from '../../nomad'
import { type ConsulTemplate, nomadVar } from '../../nomad'

/**
 * A Nomad variable that the job `secrets` fills at first start. Neither Terraform nor a job's text ever holds its values:
 * a task's template reads them, with the workload's own identity, and waits until they are there.
 */
export class Secret {
  constructor(
    /** The variable's path, e.g. `shoal/mysql`. */
    readonly path: string,
    /** The names of its items. */
    readonly items: readonly string[],
  ) {}

  /** One item, for a template. @throws RangeError when the variable has no such item */
  item(name: string): ConsulTemplate {
    if (!this.items.includes(name)) {
      throw new RangeError(
        `the variable '${this.path}' has no item '${name}'\n  given    '${name}'\n  allowed  ${this.items.map((i) => `'${i}'`).join(', ')}\n  do       use one of them, or add it to the job 'secrets'`,
      )
    }
    return nomadVar(this.path, name)
  }

  /** Lets every task of the job read the variable: an ACL policy for the job's workload identities. */
  grantRead(job: Job): void {
    const policy = new AclPolicy(job, `read-${this.path.replaceAll('/', '-')}`, {
      name: `${job.jobId}-reads-${this.path.replaceAll('/', '-')}`,
      description: `Shoal: the job ${job.jobId} reads the variable ${this.path}`,
      rulesHcl: `namespace "default" {\n  variables {\n    path "${this.path}" {\n      capabilities = ["read"]\n    }\n  }\n}\n`,
      jobAcl: { namespace: 'default', jobId: job.jobId },
    })
    job.dependsOn(policy)
  }
}

/** The platform's secrets, by their variables. */
export const secrets = {
  mysql: new Secret('shoal/mysql', [
    'root_password',
    'replication_password',
    'agent_password',
    'app_password',
    'backup_password',
  ]),
  web: new Secret('shoal/web', ['mysql_user', 'mysql_password', 'cookie_key']),
  cassandra: new Secret('shoal/cassandra', ['admin_password']),
  posts: new Secret('shoal/posts', ['username', 'password']),
} as const
