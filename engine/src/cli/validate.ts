import type { Engine } from '../engine.js'
import type { ParseResult, Validation } from '../types.js'
import { nameOf, read, type Arguments } from './arguments.js'
import { parseOptions, readJob } from './job.js'
import { diagnosticText, findingText, print, printJson } from './report.js'

interface Judged {
  readonly parsed: ParseResult
  readonly validation?: Validation
}

export async function validate(engine: Engine, args: Arguments): Promise<boolean> {
  const results = []
  for (const file of args.files) results.push({ file: nameOf(file), ...(await judge(engine, file, args)) })
  const ok = results.every(({ validation }) => validation?.ok)
  if (args.json) {
    printJson(
      results.map(({ file, parsed, validation }) => ({
        file,
        ok: validation?.ok ?? false,
        diagnostics: parsed.ok ? [] : parsed.diagnostics,
        errors: validation?.errors ?? [],
        warnings: validation?.warnings ?? [],
      })),
    )
    return ok
  }
  for (const { file, parsed, validation } of results) {
    if (!parsed.ok) for (const d of parsed.diagnostics) print(diagnosticText(d, file))
    for (const f of validation?.errors ?? []) print(findingText(f, file, 'error'))
    for (const f of validation?.warnings ?? []) print(findingText(f, file, 'warning'))
    if (validation?.ok) print(`${file}: valid`)
  }
  return ok
}

async function judge(engine: Engine, file: string, args: Arguments): Promise<Judged> {
  if (!file.endsWith('.json')) return await engine.check(await read(file), await parseOptions(file, args))
  const parsed = await readJob(engine, file, args)
  return parsed.ok ? { parsed, validation: await engine.validate(parsed.job) } : { parsed }
}
