import type { Engine } from '../engine.js'
import type { ApiJob, ParseOptions, ParseResult } from '../types.js'
import { nameOf, read, UsageError, type Arguments } from './arguments.js'

/** Reads a job file: HCL, or API JSON where the name ends with `.json`. */
export async function readJob(engine: Engine, file: string, args: Arguments): Promise<ParseResult> {
  const source = await read(file)
  return file.endsWith('.json') ? fromJson(file, source) : await engine.parse(source, await parseOptions(file, args))
}

/** What the options say about reading HCL. */
export async function parseOptions(
  file: string,
  args: Arguments,
): Promise<ParseOptions & { readonly varArgs: readonly string[] }> {
  for (const variable of args.variables) {
    if (!variable.includes('=')) throw new UsageError(`--var: expected NAME=VALUE, got ${JSON.stringify(variable)}`)
  }
  const texts = await Promise.all(args.variableFiles.map(read))
  return { path: nameOf(file), strict: args.strict, variables: texts.join('\n') || undefined, varArgs: args.variables }
}

function fromJson(file: string, source: string): ParseResult {
  try {
    const value: unknown = JSON.parse(source)
    const job = isRecord(value) && isRecord(value['Job']) ? value['Job'] : value
    if (isRecord(job)) return { ok: true, job: job as ApiJob }
    throw new SyntaxError('expected a job as Nomad’s API has it, or an object whose Job is one')
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error)
    return { ok: false, error: summary, diagnostics: [{ severity: 'error', summary, file }] }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
