import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { help, type ImportArguments, importHelp, readArguments, UsageError } from './arguments'
import { importJob } from './import'
import { JobFileError, loadEngine, type LoadedEngine } from './parser'

/** What the command needs of the world. */
export interface Surroundings {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** @default - the package nomad-engine */
  readonly engine?: () => Promise<LoadedEngine>
}

/** Runs `nomad-constructs`. @returns its exit code: 0 done, 1 the job file is wrong, 2 the command failed */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings
  try {
    const command = readArguments(argv)
    switch (command.kind) {
      case 'help':
        out(command.topic === 'all' ? help : importHelp)
        return 0
      case 'version':
        out(`${version()}\n`)
        return 0
      case 'import':
        await runImport(command.options, surroundings)
        return 0
    }
  } catch (error) {
    if (error instanceof JobFileError) {
      err(`${error.message}\n`)
      return 1
    }
    err(`nomad-constructs: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof UsageError) err('Run "nomad-constructs import --help" for how to call it.\n')
    return 2
  }
}

async function runImport(options: ImportArguments, surroundings: Surroundings): Promise<void> {
  const { file, out, vars, varFiles, className, module, exact, force } = options
  if (out !== undefined && existsSync(out) && !force) throw new UsageError(`"${out}" exists: --force overwrites it`)
  const hcl = readText(file === '-' ? 0 : file)
  if (/^\s*\{/.test(hcl)) {
    throw new UsageError(`"${file}" holds JSON; import reads HCL ("nomad job inspect -hcl <job>" writes it)`)
  }
  const variables = varFiles.map(readText).join('\n')
  const engine = await (surroundings.engine ?? loadEngine)()
  try {
    const path = file === '-' ? 'job.nomad.hcl' : basename(file)
    const made = await importJob(hcl, {
      parser: engine,
      path,
      variables: variables === '' ? undefined : variables,
      varArgs: vars,
      className,
      module,
      exact,
    })
    const text = await tidy(made.code, out)
    if (out === undefined) surroundings.out(text)
    else writeFileSync(out, text)
    for (const name of made.writtenOut) {
      surroundings.err(`${path}: the variable '${name}' decides more than a value in a place: it is written out\n`)
    }
  } finally {
    await engine.close()
  }
}

/** @param file a path, or the descriptor of standard input */
function readText(file: string | number): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`there is no file "${file}"`)
    if (code === 'EISDIR') throw new UsageError(`"${file}" is a folder, and not a file`)
    throw error
  }
}

/** In the project's own style where it has Prettier, as it was written otherwise. */
async function tidy(code: string, out: string | undefined): Promise<string> {
  // the name is not a literal, so that compiling does not need the package
  const name: string = 'prettier'
  try {
    const prettier = (await import(name)) as {
      resolveConfig(path: string): Promise<object | null>
      format(code: string, options: object): Promise<string>
    }
    const config = await prettier.resolveConfig(out ?? join(process.cwd(), 'job.ts'))
    return config ? await prettier.format(code, { ...config, parser: 'typescript' }) : code
  } catch {
    return code
  }
}

function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    const file = join(__dirname, path)
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  }
  return 'unknown'
}
