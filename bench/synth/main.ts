/**
 * Measures how long jobs take from constructs to text: `npx tsx bench/synth/main.ts [ROUNDS]`. Each run is a process of
 * its own, compiled as the package is, so that nothing is warm; runs of what is compared take turns.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { Measured } from './measure'
import { buildPeer, writePack } from './peer'
import { prepareSynth } from './platform'
import type { ReadyStack } from './ready'

const rounds = Number(process.argv[2] ?? 7)
// beside node_modules, so that packages are found
const folder = mkdtempSync(join(__dirname, '.built-'))

/** What can be run, and what its runs took. */
interface Contender {
  readonly name: string
  readonly run: () => Measured
  readonly runs: Measured[]
}

type Figure = (measured: Measured) => number
const main: Figure = (m) => m.main
const cpu: Figure = (m) => m.cpu
const whole: Figure = (m) => m.process

function measureAll(): void {
  buildSync({
    entryPoints: [join(__dirname, 'measure.ts')],
    bundle: true,
    platform: 'node',
    packages: 'external',
    outfile: join(folder, 'measure.cjs'),
  })
  console.log(
    `Node ${process.version}, ${rounds} runs each: min / median / max of processor time in ms, but for the clock\n`,
  )
  smallJobs()
  console.log()
  platform()
}

/** Jobs from constructs to checked HCL, beside templates of the same texts, which nobody checks. */
function smallJobs(): void {
  const peer = buildPeer()
  const peers = 'program' in peer ? peersOf(peer.program, writePack(folder, 1000)) : []
  const jobs = (count: number) => ours(`${count} constructs`, 'jobs', String(count))
  const [thousand, most] = [jobs(1000), jobs(10_000)]
  takeTurns([thousand, ...peers], rounds)
  const few = [jobs(10), jobs(100)]
  takeTurns(few, rounds)
  takeTurns([most], Math.min(3, rounds))

  console.log('| small service jobs | main thread ms | a job | all threads ms | clock ms | MB | |')
  console.log('|---|---|---|---|---|---|---|')
  for (const contender of [...few, thousand, most, ...peers]) {
    const aJob = (median(contender, main) / parseInt(contender.name)).toFixed(3)
    const [first, ...rest] = [main, cpu, (m: Measured) => m.time].map((figure) => spread(contender, figure))
    const [time, memory] = [rest.join(' | '), largest(contender)]
    console.log(`| ${contender.name} | ${first} | ${aJob} | ${time} | ${memory} | ${result(contender)} |`)
  }
  if ('missing' in peer) console.log(`\nno templates beside them: ${peer.missing}`)
  for (const other of peers) {
    console.log(
      `\n1000 constructs / ${other.name}: ${ratio(thousand, other, main)} the main thread, ${ratio(thousand, other, cpu)} all threads`,
    )
  }
}

/** As nomad-pack renders by default, and as it does when told not to format what it has rendered. */
function peersOf(program: string, pack: string): Contender[] {
  return [
    contender('1000 templates, formatted', program, [pack]),
    contender('1000 templates as they are', program, [pack, '--no-format']),
  ]
}

/** `cdktf synth` of the platform, beside a bare app with the same jobs as ready texts. */
function platform(): void {
  const ready = join(folder, 'ready.json')
  writeFileSync(ready, JSON.stringify(readyStacks()))
  const [platform, bare, ...others] = ['platform', 'ready', 'render', 'template'].map((name) => ours(name, name, ready))
  if (!platform || !bare) return
  takeTurns([platform, bare, ...others], rounds)
  console.log('| the platform | main thread ms of the work | all threads ms | whole process ms | MB | |')
  console.log('|---|---|---|---|---|---|')
  for (const contender of [platform, bare, ...others]) {
    const figures = [main, cpu, whole].map((figure) => spread(contender, figure)).join(' | ')
    console.log(`| ${contender.name} | ${figures} | ${largest(contender)} | ${result(contender)} |`)
  }
  const [process, work] = [ratio(platform, bare, whole), ratio(platform, bare, main)]
  console.log(`\nplatform / ready: ${process} as a whole process, ${work} the work alone`)
}

/** A measurement of measure.ts. */
function ours(name: string, measurement: string, argument: string): Contender {
  return contender(name, process.execPath, [join(folder, 'measure.cjs'), measurement, argument])
}

function contender(name: string, program: string, args: readonly string[]): Contender {
  const run = () => {
    const text = execFileSync(program, args, { encoding: 'utf8' })
    return JSON.parse(text.trim().split('\n').pop() ?? '') as Measured
  }
  return { name, run, runs: [] }
}

function takeTurns(contenders: readonly Contender[], times: number): void {
  for (let i = 0; i < times; i++) for (const { run, runs } of contenders) runs.push(run())
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

function sorted(contender: Contender, figure: Figure): number[] {
  return contender.runs.map(figure).sort((a, b) => a - b)
}

function median(contender: Contender, figure: Figure): number {
  const all = sorted(contender, figure)
  const middle = Math.floor(all.length / 2)
  return all.length % 2 === 1 ? (all[middle] ?? 0) : ((all[middle - 1] ?? 0) + (all[middle] ?? 0)) / 2
}

function spread(contender: Contender, figure: Figure): string {
  const all = sorted(contender, figure)
  return [all[0], median(contender, figure), all[all.length - 1]].map((value) => Math.round(value ?? 0)).join(' / ')
}

function ratio(one: Contender, other: Contender, figure: Figure): string {
  return (median(one, figure) / median(other, figure)).toFixed(2)
}

function largest({ runs }: Contender): number {
  return Math.max(...runs.map((r) => r.megabytes))
}

function result({ runs }: Contender): string {
  return runs[0]?.result ?? ''
}

try {
  measureAll()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
