import { writeFile } from 'node:fs/promises'
import type { Engine } from '../engine.js'
import { nameOf, read, type Arguments } from './arguments.js'
import { diagnosticText, print, printJson } from './report.js'

/** Rewrites files (standard input: to standard output), and prints the names of those that changed. */
export async function format(engine: Engine, args: Arguments): Promise<boolean> {
  const results = []
  for (const file of args.files) {
    const path = nameOf(file)
    const result = await engine.format(await read(file), { path })
    if (result.ok && result.changed && !args.check && file !== '-') await writeFile(file, result.hcl)
    results.push({ file: path, ...result })
  }
  if (args.json) {
    printJson(results.map(({ file, ok, changed, diagnostics }) => ({ file, ok, changed, diagnostics })))
  } else {
    for (const { file, ok, changed, diagnostics, hcl } of results) {
      for (const d of diagnostics) print(diagnosticText(d, file))
      if (ok && file === '<stdin>' && !args.check) process.stdout.write(hcl)
      else if (changed) print(file)
    }
  }
  return results.every(({ ok, changed }) => ok && !(args.check && changed))
}
