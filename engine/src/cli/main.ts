import { Engine } from '../engine.js'
import { EngineError } from '../errors.js'
import { format } from './format.js'
import { help, readArguments, UsageError, type Arguments } from './arguments.js'
import { parse } from './parse.js'
import { plan } from './plan.js'
import { validate } from './validate.js'

/** All is well. */
export const FINE = 0
/** The files were read, and something is wrong with them. */
export const WRONG = 1
/** The command itself could not be carried out. */
export const FAILED = 2

const commands: Readonly<Record<string, (engine: Engine, args: Arguments) => Promise<boolean>>> = {
  validate,
  fmt: format,
  parse,
  plan,
}

/** Runs one command, and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help)
    return name === undefined ? FAILED : FINE
  }
  const engine = new Engine()
  try {
    const command = commands[name]
    if (!command)
      throw new UsageError(`no command ${JSON.stringify(name)}. Allowed: ${Object.keys(commands).join(', ')}.`)
    return (await command(engine, readArguments(rest))) ? FINE : WRONG
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError || isFileError(error))) throw error
    process.stderr.write(`nomad-engine: ${error.message}\n`)
    return FAILED
  } finally {
    await engine.close()
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
