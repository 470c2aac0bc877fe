import { parseArgs } from 'node:util'

/** What `nomad-constructs` was asked for. */
export type Command =
  | { readonly kind: 'help'; readonly topic: 'all' | 'import' }
  | { readonly kind: 'version' }
  | { readonly kind: 'import'; readonly options: ImportArguments }

/** `nomad-constructs import`, as it was called. */
export interface ImportArguments {
  /** A file, or `-` for standard input. */
  readonly file: string
  /** @default - standard output */
  readonly out?: string
  readonly vars: readonly string[]
  readonly varFiles: readonly string[]
  readonly className?: string
  readonly module?: string
  readonly exact: boolean
  readonly force: boolean
}

/** The command was called in a way that it doesn't know. */
export class UsageError extends Error {}

/** What `--help` says. */
export const help = `Usage: nomad-constructs <command>

Commands:
  import <job.nomad.hcl>   write the TypeScript that synthesizes to the same job

Options:
  -h, --help               this text; "nomad-constructs import --help" has more about import
  -v, --version            the version of the package
`

/** What `import --help` says. */
export const importHelp = `Usage: nomad-constructs import [options] <job.nomad.hcl>

Writes TypeScript that synthesizes to the same job. "-" reads standard input. The file is read by Nomad's own parser,
which the package nomad-engine has: npm install --save-dev nomad-engine

  Variables that stand for a text or a number become properties of the class, with their defaults. Those that decide
  more (in a condition, a loop, a function) are written out as the value they have, and so are locals and functions.
  Comments stay above what they are about. What has no typed form is written by Nomad's own names, below "raw".

Options:
  -o, --out <file>         write there instead of to standard output
      --var <name=value>   value of a variable; it becomes the property's default (can be repeated)
      --var-file <file>    values of variables (can be repeated)
      --class <Name>       the class's name (default: the job's id)
      --from <module>      where the constructs come from (default: nomad-constructs)
      --exact              say nothing that the file doesn't say, not even Nomad's own defaults
  -f, --force              overwrite the file that --out names
  -h, --help               this text

Examples:
  npx nomad-constructs import web.nomad.hcl --out jobs/web.ts
  npx nomad-constructs import web.nomad.hcl --var image=web:1.2 --class Shop
  nomad job inspect -hcl web | npx nomad-constructs import - --out jobs/web.ts

Exit codes: 0 written, 1 something is wrong with the job file, 2 the command itself failed.
`

/** @throws UsageError */
export function readArguments(argv: readonly string[]): Command {
  const [command, ...rest] = argv
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return { kind: 'help', topic: 'all' }
  if (command === '--version' || command === '-v') return { kind: 'version' }
  if (command !== 'import') throw new UsageError(`there is no command "${command}"`)
  const { values, positionals } = parse(rest)
  if (values.help) return { kind: 'help', topic: 'import' }
  const [file, more] = positionals
  if (file === undefined) throw new UsageError('import needs a job file')
  if (more !== undefined) throw new UsageError(`import takes one job file, got "${file}" and "${more}"`)
  for (const given of values.var ?? []) {
    if (!/^[^=]+=/.test(given)) throw new UsageError(`--var needs name=value, got "${given}"`)
  }
  if (values.class !== undefined && !/^[A-Z][A-Za-z0-9_]*$/.test(values.class)) {
    throw new UsageError(`--class needs a name such as MyJob, got "${values.class}"`)
  }
  return {
    kind: 'import',
    options: {
      file,
      out: values.out,
      vars: values.var ?? [],
      varFiles: values['var-file'] ?? [],
      className: values.class,
      module: values.from,
      exact: values.exact ?? false,
      force: values.force ?? false,
    },
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string', short: 'o' },
        var: { type: 'string', multiple: true },
        'var-file': { type: 'string', multiple: true },
        class: { type: 'string' },
        from: { type: 'string' },
        exact: { type: 'boolean' },
        force: { type: 'boolean', short: 'f' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
