/**
 * Measures how long jobs take from constructs to text. Each run is a process of its own, in one file that holds what it
 * runs and nothing else, so that nothing is warm; runs of what is compared take turns.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { commands } from './command'
import {
  build,
  type Contender,
  contender,
  type Figure,
  largest,
  median,
  ratio,
  result,
  spread,
  takeTurns,
} from './contender'
import { buildPeer, writePack } from './peer'
import { readyStacks } from './ready-stacks'

const help = `npx tsx bench/synth/main.ts [ROUNDS]

  ROUNDS      how often each is run, in turns; 7 unless told
  --only W    'jobs': small service jobs, 10 to 10,000, beside templates
              'platform': the platform's jobs, beside a bare app of cdktf
              'command': 'cdktf synth' as people run it, of both
  --help      this text

Needs an otherwise idle machine. 'jobs' builds its peer with Go; 'command'
needs Terraform or OpenTofu: eval "$(bootstrap/env)".`

const main: Figure = (m) => m.main
const cpu: Figure = (m) => m.cpu
const whole: Figure = (m) => m.process
const clock: Figure = (m) => m.time

const parts = { jobs: smallJobs, platform, command }
type Part = keyof typeof parts

interface Options {
  readonly rounds: number
  readonly only: readonly Part[]
}

/** @throws Error that says what can't be taken */
function readOptions(args: string[]): Options | 'help' {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return 'help'
  const all = Object.keys(parts) as Part[]
  const only = values.only === undefined ? all : all.filter((part) => part === values.only)
  if (only.length === 0) throw new Error(`--only ${values.only}: allowed are ${all.join(', ')}`)
  const rounds = Number(positionals[0] ?? 7)
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`ROUNDS is '${positionals[0]}': a whole number above 0`)
  return { rounds, only }
}

/** Jobs from constructs to checked HCL, beside templates of the same texts, which nobody checks. */
function smallJobs(folder: string, rounds: number): void {
  const program = build(folder, 'jobs', 'jobs', 'prepare')
  const peer = buildPeer()
  const peers = 'program' in peer ? peersOf(peer.program, writePack(folder, 1000)) : []
  const jobs = (count: number) => contender(`${count} constructs`, process.execPath, [program, String(count)])
  const [thousand, most] = [jobs(1000), jobs(10_000)]
  takeTurns([thousand, ...peers], rounds)
  const few = [jobs(10), jobs(100)]
  takeTurns(few, rounds)
  takeTurns([most], Math.min(3, rounds))

  console.log('| small service jobs | main thread ms | a job | all threads ms | clock ms | MB | |')
  console.log('|---|---|---|---|---|---|---|')
  for (const contender of [...few, thousand, most, ...peers]) {
    const aJob = (median(contender, main) / parseInt(contender.name)).toFixed(3)
    const [first, ...rest] = [main, cpu, clock].map((figure) => spread(contender, figure))
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

/** The platform's app alone, compiled, beside a bare one with the same jobs as ready texts. */
function platform(folder: string, rounds: number): void {
  const ready = writeReady(folder)
  const ours = (name: string, module: string, prepare = 'prepare') =>
    contender(name, process.execPath, [build(folder, name, module, prepare), ready])
  const [full, bare] = [ours('platform', 'platform', 'prepareSynth'), ours('ready', 'ready')]
  const others = [ours('render', 'platform', 'prepareRender'), ours('template', 'template')]
  takeTurns([full, bare, ...others], rounds)
  console.log('| the platform | main thread ms of the work | all threads ms | whole process ms | MB | |')
  console.log('|---|---|---|---|---|---|')
  for (const contender of [full, bare, ...others]) {
    const figures = [main, cpu, whole].map((figure) => spread(contender, figure)).join(' | ')
    console.log(`| ${contender.name} | ${figures} | ${largest(contender)} | ${result(contender)} |`)
  }
  console.log(
    `\nplatform / ready: ${ratio(full, bare, whole)} as a whole process, ${ratio(full, bare, main)} the work alone`,
  )
}

/** `cdktf synth`, all its processes. */
function command(folder: string, rounds: number): void {
  const [ours, bare] = commands(folder, writeReady(folder))
  if (!ours || !bare) return
  takeTurns([ours, bare], rounds)
  console.log('| the command | processor ms, all processes | clock ms |')
  console.log('|---|---|---|')
  for (const one of [ours, bare]) console.log(`| ${one.name} | ${spread(one, whole)} | ${spread(one, clock)} |`)
  console.log(
    `\nplatform / bare: ${ratio(ours, bare, whole)} of the processor, ${ratio(ours, bare, clock)} by the clock`,
  )
}

function writeReady(folder: string): string {
  const file = join(folder, 'ready.json')
  writeFileSync(file, JSON.stringify(readyStacks(join(folder, 'out'))))
  return file
}

function run({ rounds, only }: Options): void {
  console.log(
    `Node ${process.version}, ${rounds} runs each: min / median / max of processor time in ms, but for the clock`,
  )
  for (const part of only) {
    // beside node_modules, so that packages are found
    const folder = mkdtempSync(join(__dirname, '.built-'))
    try {
      console.log()
      parts[part](folder, rounds)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(help)
  else run(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof Error && 'status' in error ? 1 : 2
}
