import type { Engine } from '../engine.js'
import type { Cluster, Evaluated, JobPlan, ShortNode } from '../plan.js'
import { nameOf, read, UsageError, type Arguments } from './arguments.js'
import { readJob } from './job.js'
import { diagnosticText, print, printJson } from './report.js'

export async function plan(engine: Engine, args: Arguments): Promise<boolean> {
  const cluster = await readCluster(args)
  const jobs = []
  let readable = true
  for (const file of args.files) {
    const parsed = await readJob(engine, file, args)
    if (parsed.ok) jobs.push(parsed.job)
    else {
      readable = false
      for (const d of parsed.diagnostics) print(diagnosticText(d, nameOf(file)))
    }
  }
  if (!readable) return false
  const result = await engine.plan(cluster, jobs, { seed: args.seed, noDiff: !args.json })
  if (args.json) printJson(result)
  else {
    for (const job of result.jobs) print(jobText(job))
    print('')
    for (const n of result.nodes) {
      print(
        `${n.nodeName}: ${n.allocations} allocations, cpu ${n.cpuUsed}/${n.cpu} MHz, memory ${n.memoryUsed}/${n.memory} MB`,
      )
    }
  }
  return result.jobs.every((job) => job.errors.length === 0 && job.failures.length === 0)
}

async function readCluster(args: Arguments): Promise<Cluster> {
  const short = args.nodes.map(readNode)
  if (args.cluster === undefined) {
    if (short.length === 0)
      throw new UsageError(
        'plan: no cluster given. Allowed: --cluster FILE, --node cpu=2660,memory=2048,count=5, or both.',
      )
    return { nodes: short }
  }
  const value: unknown = JSON.parse(await read(args.cluster))
  if (Array.isArray(value)) return { nodes: [...(value as Cluster['nodes']), ...short] }
  const cluster = value as Cluster
  return { ...cluster, nodes: [...(cluster.nodes ?? []), ...short] }
}

function readNode(text: string): ShortNode {
  const numbers = ['cpu', 'memory', 'count', 'disk', 'cores']
  const texts = ['name', 'datacenter', 'pool', 'class']
  const pairs = text.split(',').map((pair): [string, string | number] => {
    const [key = '', value = ''] = pair.split(/=(.*)/su)
    if (numbers.includes(key) && Number(value) >= 0) return [key, Number(value)]
    if (texts.includes(key)) return [key, value]
    throw new UsageError(
      `--node: ${JSON.stringify(pair)}. Allowed: ${numbers.join('=N, ')}=N, ${texts.join('=..., ')}=...`,
    )
  })
  return { cpu: 0, memory: 0, ...Object.fromEntries(pairs) }
}

function jobText(job: JobPlan): string {
  const lines = [`${job.job}: ${summary(job)}`]
  for (const p of job.placements) lines.push(`  ${p.name} on ${p.nodeName}${score(p.scores, p.node)}`)
  for (const s of job.preempted) lines.push(`  stops ${s.name} on ${s.nodeName}: ${s.reason}`)
  for (const s of job.stopped) lines.push(`  stops ${s.name} on ${s.nodeName}: ${s.reason}`)
  for (const f of job.failures) lines.push(`  ${f.group}: no place for ${f.count}: ${reasons(f)}`)
  for (const e of job.errors) lines.push(`  error: ${e.trim().replaceAll('\n', '\n  ')}`)
  for (const w of job.warnings) lines.push(`  warning: ${w.trim().replaceAll('\n', '\n  ')}`)
  return lines.join('\n')
}

function summary(job: JobPlan): string {
  if (job.errors.length > 0) return 'refused'
  if (job.notEvaluated) return 'periodic or parameterized: nothing to place now'
  const missing = job.failures.reduce((sum, f) => sum + f.count, 0)
  return `${job.placements.length} placed${missing > 0 ? `, ${missing} without a place` : ''}`
}

function score(scores: JobPlan['placements'][number]['scores'], node: string): string {
  const found = scores.find((s) => s.node === node)
  return found ? ` (score ${found.final.toFixed(3)})` : ''
}

function reasons(e: Evaluated): string {
  const counted = [
    ...Object.entries(e.filteredBy),
    ...Object.entries(e.exhaustedBy).map(([k, n]) => [`${k} exhausted`, n] as const),
  ]
  if (counted.length === 0) return e.evaluated === 0 ? 'no node was eligible' : `${e.evaluated} nodes evaluated`
  return counted.map(([what, nodes]) => `${what} (${nodes} of ${e.evaluated} nodes)`).join('; ')
}
