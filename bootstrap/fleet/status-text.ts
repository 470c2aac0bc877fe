import type { MemoryUse } from './cgroup.js'
import type { FleetStatus, NodeStatus } from './status.js'
import type { JobStatus, ServiceStatus } from './workloads.js'

/** The status as a person reads it. */
export function renderStatus(status: FleetStatus): string {
  const { jobs, services } = status
  return [
    `fleet ${status.fleet}  ${status.nodes.length} nodes on ${status.network}`,
    '',
    ...table(['node', 'address', 'state', 'role', 'memory', 'with cache', 'up'], status.nodes.map(nodeRow)),
    ...section('jobs', table(['job', 'type', 'status', 'running'], jobs.map(jobRow)), jobs.length),
    ...section('services', table(['service', 'passing', 'critical'], services.map(serviceRow)), services.length),
    '',
    `mysql primary  ${renderPrimary(status.mysqlPrimary)}`,
    `last analysis  ${renderAnalysis(status.analysis)}`,
    '',
    ...(status.site ? [`site           ${status.site}`] : []),
    `nomad          ${status.nomad || 'no server answers'}`,
    `consul         ${status.consul || 'no server answers'}`,
  ].join('\n')
}

const section = (name: string, rows: readonly string[], count: number): string[] =>
  count > 0 ? ['', ...rows] : ['', `${name}: none`]

const nodeRow = (node: NodeStatus): string[] => [
  node.name,
  node.address,
  node.state,
  node.leader.length > 0 ? `${node.role}, leads ${node.leader.join(' and ')}` : node.role,
  node.memory ? `${mebibytes(node.memory.withoutCache)} of ${mebibytes(node.memory.limit)} MB` : '-',
  node.memory ? `${mebibytes(node.memory.total)} MB` : '-',
  node.uptime === undefined ? '-' : duration(node.uptime),
]

const jobRow = (job: JobStatus): string[] => [
  job.id,
  job.type,
  job.status,
  job.parameterized ? '-' : `${job.running} of ${job.wanted}`,
]

const serviceRow = (service: ServiceStatus): string[] => [
  service.name,
  String(service.passing),
  service.critical === 0 ? '-' : String(service.critical),
]

const mebibytes = (bytes: MemoryUse['total']): string => String(Math.round(bytes / 1024 / 1024))

/** The two largest units: `3 d 4 h`, `5 min 10 s`. */
export function duration(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]
  let rest = Math.floor(seconds)
  const parts: string[] = []
  for (const [unit, size] of units) {
    if (rest >= size || (unit === 's' && parts.length === 0)) parts.push(`${Math.floor(rest / size)} ${unit}`)
    rest %= size
  }
  return parts.slice(0, 2).join(' ')
}

/** Columns as wide as their longest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const field = (value: Record<string, unknown>, name: string): string => String(value[name] ?? '?')

function renderPrimary(value: unknown): string {
  if (!isRecord(value)) return 'none'
  return `${field(value, 'host')}:${field(value, 'port')} since ${field(value, 'since')} (${field(value, 'reason')})`
}

function renderAnalysis(value: unknown): string {
  if (!isRecord(value)) return 'none yet (nomad job dispatch analysis)'
  return `${field(value, 'finished')}, ${field(value, 'posts')} posts in ${field(value, 'seconds')} s`
}
