/** Runs one measurement of bench/synth in a process of its own, and prints what it took as one line of JSON. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Measured {
  /** Processor time and time on the clock of the work itself, in milliseconds. */
  readonly cpu: number
  readonly time: number
  /** Processor time of the main thread alone: the time on the clock of a machine where another core is free for V8. */
  readonly main: number
  /** Processor time of the whole process, its start and all modules included. */
  readonly process: number
  /** The most memory that the process had, in MB. */
  readonly megabytes: number
  /** So that nobody measures nothing: bytes that were written, findings, ... */
  readonly result: string
}

/** Each loads what it needs, and returns the work. */
const measurements: Record<string, (outdir: string, argument: string) => Promise<() => string>> = {
  /** Small service jobs, from constructs to HCL text, checked by every rule. */
  jobs: async (outdir, argument) => (await import('./jobs.js')).prepare(outdir, Number(argument)),
  /** The platform as it is deployed, to files. */
  platform: async (outdir) => (await import('./platform.js')).prepareSynth(outdir),
  /** The platform's jobs from constructs to checked HCL, without cdktf's synth. */
  render: async (outdir) => (await import('./platform.js')).prepareRender(outdir),
  /** The same jobs as ready texts in a bare app of cdktf, to files. */
  ready: async (outdir, argument) => (await import('./ready.js')).prepare(outdir, argument),
  /** A plain template engine fills ready texts of the same jobs; nothing is checked. */
  template: async (_, argument) => (await import('./template.js')).prepare(argument),
}

/** What Linux says of the process's first thread, in milliseconds; elsewhere the whole process's. */
function mainThread(): number {
  const file = `/proc/self/task/${process.pid}/schedstat`
  if (existsSync(file)) return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function main([name = '', argument = '']: readonly string[]): Promise<void> {
  const measurement = measurements[name]
  if (!measurement) throw new Error(`no measurement '${name}': there are ${Object.keys(measurements).join(', ')}`)
  const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'))
  try {
    const run = await measurement(outdir, argument)
    const [used, before, mainBefore] = [process.cpuUsage(), performance.now(), mainThread()]
    const result = run()
    const [cpu, time, whole] = [process.cpuUsage(used), performance.now() - before, process.cpuUsage()]
    const measured: Measured = {
      cpu: (cpu.user + cpu.system) / 1000,
      time,
      main: mainThread() - mainBefore,
      process: (whole.user + whole.system) / 1000,
      megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      result,
    }
    console.log(JSON.stringify(measured))
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

void main(process.argv.slice(2))
