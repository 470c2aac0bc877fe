import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { Measured } from './measure'

/** What can be run, and what its runs took. */
export interface Contender {
  readonly name: string
  readonly run: () => Measured
  readonly runs: Measured[]
}

/** One number of a run. */
export type Figure = (measured: Measured) => number

/** A program that prints what it took as its last line. */
export function contender(name: string, program: string, args: readonly string[]): Contender {
  const run = () => {
    const text = execFileSync(program, args, { encoding: 'utf8' })
    return JSON.parse(text.trim().split('\n').pop() ?? '') as Measured
  }
  return { name, run, runs: [] }
}

/** A program of its own around a function of this folder, in one file that holds nothing else. */
export function build(folder: string, name: string, module: string, prepare: string): string {
  const outfile = join(folder, `${name}.cjs`)
  buildSync({
    stdin: {
      contents: `import { measure } from './measure'\nimport { ${prepare} } from './${module}'\nmeasure(${prepare})`,
      resolveDir: __dirname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    packages: 'external',
    outfile,
  })
  return outfile
}

/** Runs each once, and again, so that a machine that slows down slows all. */
export function takeTurns(contenders: readonly Contender[], times: number): void {
  for (let i = 0; i < times; i++) for (const { run, runs } of contenders) runs.push(run())
}

function sorted(contender: Contender, figure: Figure): number[] {
  return contender.runs.map(figure).sort((a, b) => a - b)
}

export function median(contender: Contender, figure: Figure): number {
  const all = sorted(contender, figure)
  const middle = Math.floor(all.length / 2)
  return all.length % 2 === 1 ? (all[middle] ?? 0) : ((all[middle - 1] ?? 0) + (all[middle] ?? 0)) / 2
}

/** min / median / max */
export function spread(contender: Contender, figure: Figure): string {
  const all = sorted(contender, figure)
  return [all[0], median(contender, figure), all[all.length - 1]].map((value) => Math.round(value ?? 0)).join(' / ')
}

export function ratio(one: Contender, other: Contender, figure: Figure): string {
  return (median(one, figure) / median(other, figure)).toFixed(2)
}

export function largest({ runs }: Contender): number {
  return Math.max(...runs.map((r) => r.megabytes))
}

export function result({ runs }: Contender): string {
  return runs[0]?.result ?? ''
}
