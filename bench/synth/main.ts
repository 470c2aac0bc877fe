/**
 * Measures how long jobs take from constructs to text: `npx tsx bench/synth/main.ts [ROUNDS]`. Each run is a process of
 * its own, compiled as the package is, so that nothing is warm; runs of what is compared take turns.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { Measured } from './measure'
import { prepareSynth } from './platform'
import type { ReadyStack } from './ready'

const rounds = Number(process.argv[2] ?? 7)
// beside node_modules, so that packages are found
const folder = mkdtempSync(join(__dirname, '.built-'))

function main(): void {
  buildSync({
    entryPoints: [join(__dirname, 'measure.ts')],
    bundle: true,
    platform: 'node',
    packages: 'external',
    outfile: join(folder, 'measure.cjs'),
  })
  const ready = join(folder, 'ready.json')
  writeFileSync(ready, JSON.stringify(readyStacks()))

  console.log(
    `Node ${process.version}, ${rounds} runs each: min / median / max of processor time in ms, but for the clock\n`,
  )
  console.log(
    '| small service jobs, constructs to checked HCL | main thread ms | a job | all threads ms | clock ms | MB |',
  )
  console.log('|---|---|---|---|---|---|')
  for (const count of [10, 100, 1000, 10_000]) {
    const runs = Array.from({ length: count > 1000 ? Math.min(3, rounds) : rounds }, () => run('jobs', String(count)))
    const aJob = (median(runs.map((r) => r.main)) / count).toFixed(3)
    const [main, cpu, clock] = [runs.map((r) => r.main), runs.map((r) => r.cpu), runs.map((r) => r.time)].map(spread)
    console.log(`| ${count} | ${main} | ${aJob} | ${cpu} | ${clock} | ${largest(runs)} |`)
  }

  console.log('\n| the platform | main thread ms of the work | all threads ms | whole process ms | MB | |')
  console.log('|---|---|---|---|---|---|')
  const kinds = ['platform', 'ready', 'render', 'template'] as const
  const taken = Object.fromEntries(kinds.map((kind) => [kind, [] as Measured[]])) as Record<string, Measured[]>
  for (let i = 0; i < rounds; i++) for (const kind of kinds) taken[kind]?.push(run(kind, ready))
  for (const kind of kinds) {
    const runs = taken[kind] ?? []
    const figures = [runs.map((r) => r.main), runs.map((r) => r.cpu), runs.map((r) => r.process)].map(spread)
    console.log(`| ${kind} | ${figures.join(' | ')} | ${largest(runs)} | ${runs[0]?.result ?? ''} |`)
  }
  const ratio = (of: (r: Measured) => number) =>
    (median((taken.platform ?? []).map(of)) / median((taken.ready ?? []).map(of))).toFixed(2)
  console.log(
    `\nplatform / ready: ${ratio((r) => r.process)} as a whole process, ${ratio((r) => r.main)} the work alone`,
  )
}

function run(name: string, argument: string): Measured {
  const text = execFileSync(process.execPath, [join(folder, 'measure.cjs'), name, argument], { encoding: 'utf8' })
  return JSON.parse(text.trim().split('\n').pop() ?? '') as Measured
}

/** What the platform's own synth leaves, to be handed to those that do nothing but fill it in. */
function readyStacks(): ReadyStack[] {
  const outdir = join(folder, 'out')
  prepareSynth(outdir)()
  return readdirSync(join(outdir, 'stacks')).map((name) => {
    const text = readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')
    const { resource = {} } = JSON.parse(text) as { resource?: Record<string, Record<string, Record<string, unknown>>> }
    const resources = Object.entries(resource).flatMap(([type, all]) =>
      Object.values(all).map(({ '//': _, depends_on: __, ...attributes }) => ({ type, attributes })),
    )
    return { name, resources }
  })
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)

function median(values: readonly number[]): number {
  const all = sorted(values)
  const middle = Math.floor(all.length / 2)
  return all.length % 2 === 1 ? (all[middle] ?? 0) : ((all[middle - 1] ?? 0) + (all[middle] ?? 0)) / 2
}

function spread(values: readonly number[]): string {
  const all = sorted(values)
  return [all[0], median(all), all[all.length - 1]].map((value) => Math.round(value ?? 0)).join(' / ')
}

function largest(runs: readonly Measured[]): number {
  return Math.max(...runs.map((r) => r.megabytes))
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
