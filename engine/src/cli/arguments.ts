import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

export const help = `Nomad's own judgement of job files: no Nomad binary, no agent, no network.

Usage: nomad-engine COMMAND FILE...          a file may be - for standard input

Commands:
  validate   say what is wrong with jobs (HCL, or API JSON in a .json file)
  fmt        rewrite files in Nomad's format; --check only says which would change
  parse      print jobs as API JSON
  plan       place jobs, one after another, on a cluster: --cluster FILE or --node

Options:
  --json                 print one JSON document
  --var NAME=VALUE       a variable's value; again for more
  --var-file FILE        a file of variables' values
  --no-strict            allow values for variables that a job doesn't declare
  --check                fmt: change nothing, exit with 1 where something would change
  --cluster FILE         plan: nodes, allocations and so on as JSON (see README)
  --node cpu=2660,memory=2048,count=5
                         plan: nodes in a few words; again for more
  --seed N               plan: another order of nodes

Exit codes: 0 all is well; 1 something is wrong with a file, or a job has no place; 2 the command failed.
`

/** The command was not called as it can be. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Arguments {
  readonly files: readonly string[]
  readonly json: boolean
  readonly check: boolean
  readonly strict: boolean
  readonly variables: readonly string[]
  readonly variableFiles: readonly string[]
  readonly cluster?: string
  readonly nodes: readonly string[]
  readonly seed: number
}

export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv)
  if (positionals.length === 0) throw new UsageError('no file given. Allowed: one or more files, - for standard input.')
  const seed = Number(values.seed ?? 0)
  if (!Number.isInteger(seed)) throw new UsageError(`--seed: expected a whole number, got ${values.seed}`)
  return {
    files: positionals,
    json: values.json ?? false,
    check: values.check ?? false,
    strict: !(values['no-strict'] ?? false),
    variables: values.var ?? [],
    variableFiles: values['var-file'] ?? [],
    cluster: values.cluster,
    nodes: values.node ?? [],
    seed,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        check: { type: 'boolean' },
        'no-strict': { type: 'boolean' },
        var: { type: 'string', multiple: true },
        'var-file': { type: 'string', multiple: true },
        cluster: { type: 'string' },
        node: { type: 'string', multiple: true },
        seed: { type: 'string' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** A file's text; - is standard input. */
export async function read(file: string): Promise<string> {
  return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
}

/** The name that a file has in messages. */
export function nameOf(file: string): string {
  return file === '-' ? '<stdin>' : file
}
