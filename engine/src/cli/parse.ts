import type { Engine } from '../engine.js'
import { nameOf, type Arguments } from './arguments.js'
import { readJob } from './job.js'
import { diagnosticText, print, printJson } from './report.js'

/** Prints the job of one file as `{ "Job": ... }`, the jobs of several as a list of them. */
export async function parse(engine: Engine, args: Arguments): Promise<boolean> {
  const results = []
  for (const file of args.files) results.push({ file: nameOf(file), parsed: await readJob(engine, file, args) })
  const wrong = results.flatMap(({ file, parsed }) => (parsed.ok ? [] : [{ file, diagnostics: parsed.diagnostics }]))
  const jobs = results.flatMap(({ parsed }) => (parsed.ok ? [{ Job: parsed.job }] : []))
  if (wrong.length > 0) {
    if (args.json) printJson(wrong)
    else for (const { file, diagnostics } of wrong) for (const d of diagnostics) print(diagnosticText(d, file))
    return false
  }
  printJson(jobs.length === 1 ? jobs[0] : jobs)
  return true
}
