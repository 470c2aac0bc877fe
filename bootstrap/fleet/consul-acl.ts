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

/** What may be done with which resources, as Consul writes them. */
type Grants = Readonly<Partial<Record<'read' | 'write', readonly string[]>>>

/** @param table name -> description and grants */
const policies = (table: Readonly<Record<string, { description: string } & Grants>>): readonly AclPolicy[] =>
  Object.entries(table).map(([name, { description, ...grants }]) => ({ name, description, rules: rulesOf(grants) }))

const rulesOf = (grants: Grants): string =>
  Object.entries(grants)
    .flatMap(([access, resources]) => resources.map((resource) => `${resource} { policy = "${access}" }`))
    .join('\n')

/** Of the agents on the nodes. */
export const AGENT_POLICIES = policies({
  'shoal-consul-agent': {
    description: 'A Consul agent registers its node',
    write: ['node_prefix ""'],
    read: ['service_prefix ""', 'agent_prefix ""'],
  },
  'shoal-nomad-agent': {
    description: 'A Nomad agent registers itself and keeps the services of its allocations in step',
    read: ['agent_prefix ""', 'node_prefix ""'],
    write: ['service_prefix ""'],
  },
})

/** Of what runs on the nodes. */
export const WORKLOAD_POLICIES = policies({
  'nomad-tasks': {
    description: 'Every task: find services and nodes, read what Shoal keeps in the KV store',
    read: ['service_prefix ""', 'node_prefix ""', 'key_prefix "shoal/"'],
  },
  'nomad-job-mysql': {
    description: 'Agents of MySQL: hold the lock of the primary, say who it is',
    write: ['key_prefix "shoal/mysql/"', 'session_prefix ""', 'service "mysql-primary"', 'service "mysql-replica"'],
  },
  'nomad-job-mysql-archive': {
    description: 'How far the archive is',
    write: ['key_prefix "shoal/mysql/backup/"'],
  },
  'nomad-job-mysql-backup': {
    description: 'What was backed up',
    write: ['key_prefix "shoal/mysql/backup/"'],
  },
  'nomad-job-mysql-backup-first': {
    description: 'What was backed up first',
    write: ['key_prefix "shoal/mysql/backup/"'],
  },
  'nomad-job-mysql-restore': {
    description: 'A restore starts the group anew',
    write: ['key_prefix "shoal/mysql/"'],
  },
  'nomad-job-cassandra': {
    description: 'Cassandra: one node joins at a time, under a lock',
    write: ['key_prefix "shoal/cassandra/"', 'session_prefix ""'],
  },
  'nomad-job-analysis': {
    description: 'Spark: leave the result',
    write: ['key_prefix "shoal/analysis/"'],
  },
})

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
