import { bareTemplate } from './hcl/strings'

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
  /** `NOMAD_ALLOC_ID` */
  allocId: variable('NOMAD_ALLOC_ID'),
  /** Its first eight characters: `NOMAD_SHORT_ALLOC_ID` */
  shortAllocId: variable('NOMAD_SHORT_ALLOC_ID'),
  /** 0, 1, ... in its group: `NOMAD_ALLOC_INDEX` */
  allocIndex: variable('NOMAD_ALLOC_INDEX'),
  /** `<job>.<group>[<index>]`: `NOMAD_ALLOC_NAME` */
  allocName: variable('NOMAD_ALLOC_NAME'),
  /** The directory that the tasks of a group share: `NOMAD_ALLOC_DIR` */
  allocDir: variable('NOMAD_ALLOC_DIR'),
  /** The task's own directory, `local/`: `NOMAD_TASK_DIR` */
  taskDir: variable('NOMAD_TASK_DIR'),
  /** The task's directory in memory, `secrets/`: `NOMAD_SECRETS_DIR` */
  secretsDir: variable('NOMAD_SECRETS_DIR'),
  /** `NOMAD_TASK_NAME` */
  taskName: variable('NOMAD_TASK_NAME'),
  /** `NOMAD_GROUP_NAME` */
  groupName: variable('NOMAD_GROUP_NAME'),
  /** `NOMAD_JOB_ID` */
  jobId: variable('NOMAD_JOB_ID'),
  /** `NOMAD_JOB_NAME` */
  jobName: variable('NOMAD_JOB_NAME'),
  /** `NOMAD_DC` */
  datacenter: variable('NOMAD_DC'),
  /** `NOMAD_REGION` */
  region: variable('NOMAD_REGION'),
  /** `NOMAD_NAMESPACE` */
  namespace: variable('NOMAD_NAMESPACE'),
  /** In MiB: `NOMAD_MEMORY_LIMIT` */
  memoryLimit: variable('NOMAD_MEMORY_LIMIT'),
  /** In MHz: `NOMAD_CPU_LIMIT` */
  cpuLimit: variable('NOMAD_CPU_LIMIT'),
} as const

/** What is known of the node that runs an allocation: for constraints, affinities, spreads, and in a task's text. */
export const Node = {
  /** `node.unique.id` */
  id: variable('node.unique.id'),
  /** `node.unique.name` */
  name: variable('node.unique.name'),
  /** `node.datacenter` */
  datacenter: variable('node.datacenter'),
  /** `node.region` */
  region: variable('node.region'),
  /** `node.pool` */
  pool: variable('node.pool'),
  /** `node.class` */
  class: variable('node.class'),
  /** A fingerprinted attribute: `Node.attr('unique.network.ip-address')`. */
  attr: (name: string) => variable(`attr.${name}`),
  /** Meta that the client's configuration sets: `Node.meta('rack')`. */
  meta: (key: string) => variable(`meta.${key}`),
} as const

function variable(name: string): string {
  return `\${${name}}`
}

/**
 * Plain text for a driver's config (a command, its arguments, ...): Nomad's client reads `${` and `%{` there once more,
 * when the task starts, so a text of unknown content needs this to arrive as it is. Environment and templates don't.
 * What that reading would drop or stumble over, a byte order mark at the beginning and a carriage return without a
 * newline, stands in an interpolation of its own: `${"\r"}`.
 * @throws RangeError for a token of cdktf: what it will be can't be escaped yet
 * @example Docker.image(image, { args: ['-c', literal(script)] })
 */
export function literal(text: string): string {
  if (text.includes('${TfToken[')) {
    throw new RangeError(
      `Expected text that is known at synth, got a token of cdktf in '${text}': give it to the task in its env, which is not read once more, or pass it without literal() where it holds no \${ and no %{`,
    )
  }
  return bareTemplate(text)
}
