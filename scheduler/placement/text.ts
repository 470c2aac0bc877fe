import type { JobReport, Loss, Losing, Missing, Report, Shortage } from './report'
import { table } from './table'

/** The whole report as people read it: nodes, jobs, and the verdict last. */
export function describeReport(report: Report): string {
  return [nodesTable(report), jobsTable(report), describeVerdict(report)].join('\n\n')
}

function nodesTable({ nodes }: Report): string {
  const rows = nodes.map(({ name, ready, cpu, memory, allocations }) => [
    ready ? name : `${name} (nothing is placed on it)`,
    `${cpu.used} of ${cpu.total}`,
    String(cpu.free),
    `${memory.used} of ${memory.total}`,
    String(memory.free),
    String(allocations),
  ])
  return table(['node', 'cpu, MHz', 'free', 'memory, MB', 'free', 'allocations'], rows, [1, 2, 3, 4, 5])
}

function jobsTable({ jobs }: Report): string {
  const rows = jobs.flatMap((job) => {
    const head = [job.job, job.type, String(job.priority)]
    if (job.errors.length > 0) return [[...head, '', 'refused']]
    if (job.waits) return [[...head, '', job.waits === 'periodic' ? 'waits for its time' : 'waits to be dispatched']]
    return job.groups.map(({ group, placed, wanted, nodes }) => [
      job.groups.length === 1 && group === job.job ? job.job : `${job.job}.${group}`,
      ...head.slice(1),
      `${placed} of ${wanted}`,
      counted(nodes),
    ])
  })
  return table(['job', 'type', 'priority', 'placed', 'where'], rows, [2, 3])
}

/** `minnow-1, minnow-2 (2)`. */
function counted(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count})`)).join(', ')
}

/** What has no place and why, what has to go, what a loss would mean, and at last whether it fits. */
export function describeVerdict(report: Report): string {
  const { nodes, preempted, losing, fits } = report
  const on = plural(nodes.filter(({ ready }) => ready).length, 'node')
  const lines = [
    ...report.jobs.flatMap(refusal),
    ...report.missing.map(describeMissing),
    ...preempted.map(({ name, node, by }) => `${name} has to go from ${node} for ${by}`),
  ]
  if (losing) lines.push(...describeLosing(losing))
  if (fits) lines.push(losing ? `it fits on ${on}, also ${losingWords(losing)}` : `it fits on ${on}`)
  else if (losing) lines.push(`it fits on ${on}, but not ${losingWords(losing)}`)
  else lines.push(`it does not fit on ${on}`)
  return lines.join('\n')
}

const refusal = ({ job, errors }: JobReport): string[] =>
  errors.map((error) => `${job}: Nomad refuses it: ${error.trim().replaceAll('\n', '\n  ')}`)

const losingWords = ({ count, losses }: Losing): string =>
  losses.length === 1
    ? `without ${losses[0]?.nodes.join(', ') ?? ''}`
    : `when any ${plural(count, 'node')} ${count === 1 ? 'is' : 'are'} lost`

function describeLosing({ losses, worst }: Losing): string[] {
  const bad = losses.filter(({ missing }) => missing.length > 0)
  if (bad.length === 0) return [`losing ${worst.nodes.join(', ')} is the worst: ${aftermath(worst)}`]
  const others = bad.filter((loss) => loss !== worst).map(({ nodes }) => nodes.join(' + '))
  return [
    ...worst.missing.map((missing) => `without ${worst.nodes.join(', ')}: ${describeMissing(missing)}`),
    ...worst.preempted.map(({ name, node, by }) => `  ${name} has to go from ${node} for ${by}`),
    ...(others.length > 0 ? [`something is missing as well without ${others.join('; ')}`] : []),
  ]
}

function aftermath({ moved, covered, tightest }: Loss): string {
  const parts = [
    `${plural(moved, 'allocation')} placed again`,
    ...(covered > 0 ? [`${plural(covered, 'system allocation')} covered by those on other nodes`] : []),
    ...(tightest ? [`least memory left on ${tightest.node}: ${tightest.freeMemory} MB`] : []),
  ]
  return parts.join(', ')
}

/** One group that has no place: how many of how many, why, and by how much the best node is short. */
export function describeMissing(missing: Missing): string {
  const { job, group, count, wanted, shortages, evaluated } = missing
  const lines = [`${job}.${group}: ${count} of ${wanted} ${count === 1 ? 'has' : 'have'} no place`]
  const reasons = [
    ...Object.entries(missing.exhaustedBy).map(([what, nodes]) => `${what} is exhausted on ${plural(nodes, 'node')}`),
    ...Object.entries(missing.filteredBy).map(([what, nodes]) => `'${what}' leaves out ${plural(nodes, 'node')}`),
  ]
  if (reasons.length === 0) {
    reasons.push(evaluated === 0 ? 'no node may take it (data center, node pool, or Nomad places it later)' : '-')
  }
  lines.push(`  why      ${reasons.join('; ')}`)
  const [best, ...others] = shortages
  if (best) lines.push(`  closest  ${describeShortage(best)}`)
  // Of a system job, each node has to have room.
  const more = others.slice(0, Math.min(count - 1, 4))
  for (const shortage of more) lines.push(`           ${describeShortage(shortage)}`)
  return lines.join('\n')
}

function describeShortage({ node, asked, free, short }: Shortage): string {
  const words = [
    ['memory', 'MB'],
    ['cpu', 'MHz'],
    ['disk', 'MB of disk'],
  ] as const
  const parts = words
    .filter(([dimension]) => short[dimension] > 0)
    .map(([d, unit]) => `${short[d]} ${unit} short (${asked[d]} asked, ${free[d]} free)`)
  return `${node}: ${parts.join(', ')}`
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
