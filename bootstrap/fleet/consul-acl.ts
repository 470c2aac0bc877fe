/**
 * What Consul must know before the first job runs, as plain data: the same policies, roles and rules belong on a
 * cluster of your own (docs/decisions/10-fleet.md).
 */

export interface AclPolicy {
  readonly name: string
  readonly description: string
  readonly rules: string
}

export interface AclRole {
  readonly name: string
  readonly description: string
  readonly policies: readonly string[]
}

export interface BindingRule {
  readonly description: string
  readonly selector: string
  readonly bindType: 'service' | 'role'
  readonly bindName: string
}

const policy = (name: string, description: string, ...rules: string[]): AclPolicy => ({
  name,
  description,
  rules: rules.join('\n'),
})
const rule = (kind: string, name: string, access: 'read' | 'write'): string =>
  `${kind} "${name}" { policy = "${access}" }`

/** Of the agents on the nodes. */
export const AGENT_POLICIES: readonly AclPolicy[] = [
  policy(
    'shoal-consul-agent',
    'A Consul agent registers its node',
    rule('node_prefix', '', 'write'),
    rule('service_prefix', '', 'read'),
    rule('agent_prefix', '', 'read'),
  ),
  policy(
    'shoal-nomad-agent',
    'A Nomad agent registers itself and keeps the services of its allocations in step',
    rule('agent_prefix', '', 'read'),
    rule('node_prefix', '', 'read'),
    rule('service_prefix', '', 'write'),
  ),
]

/** Of what runs on the nodes. */
export const WORKLOAD_POLICIES: readonly AclPolicy[] = [
  policy(
    'nomad-tasks',
    'Every task: find services and nodes, read what Shoal keeps in the KV store',
    rule('service_prefix', '', 'read'),
    rule('node_prefix', '', 'read'),
    rule('key_prefix', 'shoal/', 'read'),
  ),
  policy(
    'nomad-job-mysql',
    'Agents of MySQL: hold the lock of the primary, say who it is',
    rule('key_prefix', 'shoal/mysql/', 'write'),
    rule('session_prefix', '', 'write'),
    rule('service', 'mysql-primary', 'write'),
    rule('service', 'mysql-replica', 'write'),
  ),
  policy('nomad-job-mysql-archive', 'How far the archive is', rule('key_prefix', 'shoal/mysql/backup/', 'write')),
  policy('nomad-job-mysql-backup', 'What was backed up', rule('key_prefix', 'shoal/mysql/backup/', 'write')),
  policy(
    'nomad-job-mysql-backup-first',
    'What was backed up first',
    rule('key_prefix', 'shoal/mysql/backup/', 'write'),
  ),
  policy('nomad-job-mysql-restore', 'A restore starts the group anew', rule('key_prefix', 'shoal/mysql/', 'write')),
  policy(
    'nomad-job-cassandra',
    'Cassandra: one node joins at a time, under a lock',
    rule('key_prefix', 'shoal/cassandra/', 'write'),
    rule('session_prefix', '', 'write'),
  ),
  policy('nomad-job-analysis', 'Spark: leave the result', rule('key_prefix', 'shoal/analysis/', 'write')),
]

/** A role for every policy of a workload, under the same name; `nomad-job-<job id>` adds to `nomad-tasks`. */
export const WORKLOAD_ROLES: readonly AclRole[] = WORKLOAD_POLICIES.map(({ name, description }) => ({
  name,
  description,
  policies: [name],
}))

export const AUTH_METHOD = 'nomad-workloads'

/** Nomad signs who a workload is; Consul checks the signature with the keys that Nomad publishes. */
export const authMethod = {
  Name: AUTH_METHOD,
  Type: 'jwt',
  DisplayName: 'Nomad workloads',
  Description: 'Workload identities signed by Nomad',
  Config: {
    // The same on every Consul server, and each has a Nomad server beside it with all keys: no server is special.
    JWKSURL: 'http://127.0.0.1:4646/.well-known/jwks.json',
    JWTSupportedAlgs: ['RS256'],
    BoundAudiences: ['consul.io'],
    ClaimMappings: {
      nomad_namespace: 'nomad_namespace',
      nomad_job_id: 'nomad_job_id',
      nomad_task: 'nomad_task',
      nomad_service: 'nomad_service',
    },
  },
} as const

const IS_SERVICE = '"nomad_service" in value'
const IS_TASK = '"nomad_service" not in value'

/** What a workload gets when it shows its identity. A role that doesn't exist is passed over. */
export const BINDING_RULES: readonly BindingRule[] = [
  {
    description: 'A service of a job may register itself, under its own name only',
    selector: IS_SERVICE,
    bindType: 'service',
    bindName: '${value.nomad_service}',
  },
  { description: 'Every task', selector: IS_TASK, bindType: 'role', bindName: 'nomad-tasks' },
  {
    description: 'What this job has on top of it',
    selector: IS_TASK,
    bindType: 'role',
    bindName: 'nomad-job-${value.nomad_job_id}',
  },
]
