/** What a measurement of bench/synth, a process of its own, takes. */
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

/** What Linux says of the process's first thread, in milliseconds; elsewhere the whole process's. */
function mainThread(): number {
  const file = `/proc/self/task/${process.pid}/schedstat`
  if (existsSync(file)) return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Prepares the work, does it, and prints what it took as one line of JSON. */
export function measure(prepare: (outdir: string, argument: string) => () => string): void {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'))
  try {
    const run = prepare(outdir, process.argv[2] ?? '')
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
