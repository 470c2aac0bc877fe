import { parseArgs } from 'node:util'

/** What `--help` says. */
export const help = `Will it fit, where will it go, what if a node dies: by Nomad's own scheduler, without a cluster or with one.

Usage: scheduler/planner fit  [FILE|FOLDER]... CLUSTER [options]
       scheduler/planner more JOB[.GROUP] [FILE|FOLDER]... CLUSTER [options]

Commands:
  fit    place all jobs, and say where they are, what has no place and by how much
  more   count how many more allocations of a group fit beside all that

Jobs are *.nomad.hcl files, API JSON in *.json files, or the folder of a synth (default: cdktf.out).

Cluster, one of:
  --minnowboards N       reference nodes: 2 cores of 1330 MHz, 2048 MB, less 260 MHz and 320 MB for the agents
  --nodes N --cpu MHZ --memory MB
                         nodes that leave so much for jobs
  --cluster              the cluster of NOMAD_ADDR and NOMAD_TOKEN, with all that runs on it. Without jobs, those that
                         run are looked at

Options:
  --losing N             also when any N nodes are lost at once (default: 0)
  --lose NODE            also without this node; again for several that are lost together
  --dispatch JOB         with one run of a parameterized or periodic job; again for more
  --volume NAME          --nodes: a host volume that each has; again for more
  --meta NAME=VALUE      --nodes: meta that each has; again for more
  --var NAME=VALUE       a value of an HCL2 variable; again for more
  --seed N               try nodes in another order (default: 0)
  --json                 print one JSON document
  -h, --help             this text

Exit codes: 0 it fits (more: at least one more does), 1 it does not, 2 it could not be asked.

Examples:
  npx cdktf synth && scheduler/planner fit --minnowboards 5 --losing 1
  scheduler/planner fit --minnowboards 5 --dispatch analysis
  scheduler/planner more web --minnowboards 5 --losing 1
  scheduler/planner fit web.nomad.hcl --nodes 3 --cpu 4000 --memory 8192
  eval "$(bootstrap/env)" && scheduler/planner fit --cluster --losing 1
`

/** The command was called in a way that it doesn't know. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Where the jobs are to go. */
export type AskedCluster =
  | { readonly kind: 'minnowboards'; readonly count: number }
  | {
      readonly kind: 'nodes'
      readonly count: number
      /** MHz. */
      readonly cpu: number
      /** MB. */
      readonly memory: number
      readonly volumes: readonly string[]
      readonly meta: Readonly<Record<string, string>>
    }
  | { readonly kind: 'running' }

/** What was asked. */
export interface Arguments {
  readonly command: 'fit' | 'more'
  /** Of `more`. */
  readonly target?: { readonly job: string; readonly group?: string }
  /** Files and folders. */
  readonly paths: readonly string[]
  readonly cluster: AskedCluster
  readonly losing: number | readonly string[]
  readonly dispatched: readonly string[]
  /** `name=value`. */
  readonly variables: readonly string[]
  readonly seed: number
  readonly json: boolean
}

/** @throws UsageError */
export function readArguments(argv: readonly string[]): Arguments | 'help' {
  const [command, ...rest] = argv
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') return 'help'
  if (command !== 'fit' && command !== 'more') throw new UsageError(`no command '${command}'. Allowed: fit, more.`)
  const { values, positionals } = parse(rest)
  if (values.help) return 'help'
  const [target, ...others] = positionals
  if (command === 'more' && target === undefined) throw new UsageError('more: no job given. Allowed: JOB or JOB.GROUP.')
  if (values.losing !== undefined && values.lose) throw new UsageError('--losing and --lose exclude each other.')
  for (const given of values.var ?? []) pair('--var', given)
  const losing = values.lose ?? (values.losing === undefined ? 0 : whole('--losing', values.losing, 0))
  return {
    command,
    target: command === 'more' && target !== undefined ? targetOf(target) : undefined,
    paths: command === 'more' ? others : positionals,
    cluster: clusterOf(values),
    losing,
    dispatched: values.dispatch ?? [],
    variables: values.var ?? [],
    seed: values.seed === undefined ? 0 : whole('--seed', values.seed, 0),
    json: values.json ?? false,
  }
}

type Values = ReturnType<typeof parse>['values']

function clusterOf(values: Values): AskedCluster {
  const given = (['minnowboards', 'nodes', 'cluster'] as const).filter((name) => values[name] !== undefined)
  const [kind] = given
  if (kind === undefined || given.length > 1) {
    const what = given.length === 0 ? 'no cluster given' : `${given.map((name) => `--${name}`).join(' and ')} given`
    throw new UsageError(`${what}. Allowed: one of --minnowboards N, --nodes N --cpu MHZ --memory MB, --cluster.`)
  }
  const wrong = (['cpu', 'memory', 'volume', 'meta'] as const).find((name) => values[name] !== undefined)
  if (kind !== 'nodes' && wrong) throw new UsageError(`--${wrong} says what --nodes are like, not --${kind}.`)
  switch (kind) {
    case 'cluster':
      return { kind: 'running' }
    case 'minnowboards':
      return { kind, count: whole('--minnowboards', values.minnowboards ?? '', 1) }
    case 'nodes': {
      if (values.cpu === undefined || values.memory === undefined) {
        throw new UsageError('--nodes needs --cpu MHZ and --memory MB: what each leaves for jobs.')
      }
      return {
        kind,
        count: whole('--nodes', values.nodes ?? '', 1),
        cpu: whole('--cpu', values.cpu, 1),
        memory: whole('--memory', values.memory, 1),
        volumes: values.volume ?? [],
        meta: Object.fromEntries((values.meta ?? []).map((given) => pair('--meta', given))),
      }
    }
  }
}

function targetOf(text: string): { job: string; group?: string } {
  // A job's ID may have dots, and a group's name too: the last one is taken, where nothing else is said.
  const dot = text.lastIndexOf('.')
  return dot <= 0 ? { job: text } : { job: text.slice(0, dot), group: text.slice(dot + 1) }
}

function pair(option: string, text: string): [string, string] {
  const [name, value] = text.split(/=(.*)/s)
  if (!name || value === undefined) throw new UsageError(`${option}: expected NAME=VALUE, got '${text}'.`)
  return [name, value]
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new UsageError(`${option}: expected a whole number of ${least} or more, got '${text}'.`)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        minnowboards: { type: 'string' },
        nodes: { type: 'string' },
        cpu: { type: 'string' },
        memory: { type: 'string' },
        volume: { type: 'string', multiple: true },
        meta: { type: 'string', multiple: true },
        cluster: { type: 'boolean' },
        losing: { type: 'string' },
        lose: { type: 'string', multiple: true },
        dispatch: { type: 'string', multiple: true },
        var: { type: 'string', multiple: true },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
