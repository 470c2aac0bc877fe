/** What Nomad fills in when a task starts. Each is text, and goes into any text: `http://${Env.addr('db')}/`. */
export const Env = {
  /** Address and port of one of the group's ports on the node: `NOMAD_ADDR_<label>`. */
  addr: (port: string) => variable(`NOMAD_ADDR_${port}`),
  /** The node's address of one of the group's ports: `NOMAD_IP_<label>`. */
  ip: (port: string) => variable(`NOMAD_IP_${port}`),
  /** The port as the task must listen on it: `NOMAD_PORT_<label>`. */
  port: (port: string) => variable(`NOMAD_PORT_${port}`),
  /** The port on the node: `NOMAD_HOST_PORT_<label>`. */
  hostPort: (port: string) => variable(`NOMAD_HOST_PORT_${port}`),
  /** The port inside the allocation's network: `NOMAD_ALLOC_PORT_<label>`. */
  allocPort: (port: string) => variable(`NOMAD_ALLOC_PORT_${port}`),
  /** Meta of the job, group or task: `NOMAD_META_<key>`. */
  meta: (key: string) => variable(`NOMAD_META_${key}`),
  allocId: variable('NOMAD_ALLOC_ID'),
  shortAllocId: variable('NOMAD_SHORT_ALLOC_ID'),
  allocIndex: variable('NOMAD_ALLOC_INDEX'),
  allocName: variable('NOMAD_ALLOC_NAME'),
  allocDir: variable('NOMAD_ALLOC_DIR'),
  taskDir: variable('NOMAD_TASK_DIR'),
  secretsDir: variable('NOMAD_SECRETS_DIR'),
  taskName: variable('NOMAD_TASK_NAME'),
  groupName: variable('NOMAD_GROUP_NAME'),
  jobId: variable('NOMAD_JOB_ID'),
  jobName: variable('NOMAD_JOB_NAME'),
  datacenter: variable('NOMAD_DC'),
  region: variable('NOMAD_REGION'),
  namespace: variable('NOMAD_NAMESPACE'),
  memoryLimit: variable('NOMAD_MEMORY_LIMIT'),
  cpuLimit: variable('NOMAD_CPU_LIMIT'),
} as const

/** What is known of the node that runs an allocation: for constraints, affinities, spreads, and in a task's text. */
export const Node = {
  id: variable('node.unique.id'),
  name: variable('node.unique.name'),
  datacenter: variable('node.datacenter'),
  region: variable('node.region'),
  pool: variable('node.pool'),
  class: variable('node.class'),
  /** A fingerprinted attribute: `Node.attr('unique.network.ip-address')`. */
  attr: (name: string) => variable(`attr.${name}`),
  /** Meta that the client's configuration sets: `Node.meta('rack')`. */
  meta: (key: string) => variable(`meta.${key}`),
} as const

function variable(name: string): string {
  return `\${${name}}`
}
