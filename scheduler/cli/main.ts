import type { ApiJob, Cluster, Engine } from 'nomad-engine'
import { Cpu, Memory } from '../../nomad/units'
import { clusterFromNomad, describeReport, howManyMore, minnowboards, nodes, plan, PlannerError } from '../placement'
import { sharedEngine } from '../placement/scheduler'
import { type Arguments, type AskedCluster, help, readArguments, UsageError } from './arguments'
import { readJobs } from './inputs'

/** What the command needs of the world. */
export interface Surroundings {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** @default - the package nomad-engine */
  readonly engine?: Pick<Engine, 'plan' | 'nodes' | 'canonicalize' | 'parse'>
}

/** Runs `scheduler/planner`. @returns its exit code: 0 it fits, 1 it doesn't, 2 it could not be asked */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const args = readArguments(argv)
    if (args === 'help') {
      surroundings.out(help)
      return argv.length === 0 ? 2 : 0
    }
    return (await answer(args, surroundings)) ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PlannerError || isEngineError(error))) throw error
    surroundings.err(`planner: ${error.message}\n`)
    if (error instanceof UsageError) surroundings.err('Run "scheduler/planner --help" for how to call it.\n')
    return 2
  }
}

async function answer(args: Arguments, { out, engine: given }: Surroundings): Promise<boolean> {
  const engine = given ?? (await sharedEngine())
  const paths = args.paths.length > 0 || args.cluster.kind === 'running' ? args.paths : ['cdktf.out']
  const jobs = paths.length > 0 ? await readJobs(paths, args.variables, engine) : []
  const cluster = await clusterOf(args.cluster)
  const { losing, dispatched, seed } = args
  if (!args.target) {
    const report = await plan(jobs, cluster, { engine, losing, dispatched, seed })
    out(args.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${describeReport(report)}\n`)
    return report.fits
  }
  // Of a running cluster's jobs only the one that grows is handed in: the others stay as they are.
  const running = (cluster.jobs ?? []) as readonly ApiJob[]
  const { job, group } = exact(args.target, [...jobs, ...running])
  const asked = jobs.length > 0 ? jobs : running.filter(({ ID }) => ID === job)
  const more = await howManyMore(asked, cluster, { engine, losing, dispatched, seed, job, group })
  if (args.json) out(`${JSON.stringify({ job, group, more: Math.max(0, more), fits: more >= 0 })}\n`)
  else if (more < 0) out('not even what the jobs ask for fits: `planner fit` says why\n')
  else out(`${more} more of ${group === undefined ? job : `${job}.${group}`} ${more === 1 ? 'fits' : 'fit'}\n`)
  return more > 0
}

/** `a.b` may be the whole ID of a job. */
function exact(target: NonNullable<Arguments['target']>, jobs: readonly ApiJob[]): typeof target {
  const whole = target.group === undefined ? target.job : `${target.job}.${target.group}`
  return jobs.some(({ ID }) => ID === whole) ? { job: whole } : target
}

async function clusterOf(asked: AskedCluster): Promise<Cluster> {
  switch (asked.kind) {
    case 'minnowboards':
      return minnowboards(asked.count)
    case 'nodes':
      return nodes(asked.count, {
        cpu: Cpu.mhz(asked.cpu),
        memory: Memory.mebibytes(asked.memory),
        hostVolumes: asked.volumes,
        meta: asked.meta,
      })
    case 'running':
      return await clusterFromNomad()
  }
}

/** By its name: the class is in a package that is loaded when it is needed. */
const isEngineError = (error: unknown): error is Error => error instanceof Error && error.name === 'EngineError'
