import { execa, type Options, type ResultPromise } from 'execa'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { asCaller } from '../caller.js'

/** How a command of a test run is started. */
export interface CrewOptions {
  readonly cwd?: string
  /** Beside the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
  /** Where its programs are looked for first, beside PATH. */
  readonly localDir?: string
  /** `inherit` writes to the terminal as it goes; `keep` hands everything over when it ends, and so does `inherit` into a log. */
  readonly output: 'inherit' | 'keep'
  /** Whether it steps back for whatever else wants to run. @default false */
  readonly background?: boolean
  /** Whether it stays root where this process is; else it runs as the user who called sudo. @default false */
  readonly root?: boolean
}

/** What became of a command. */
export interface Ended {
  readonly exitCode: number
  /** Both its outputs, where they were kept. */
  readonly output: string
}

/** Nice value of commands in the background: they get what others leave, and a tenth of an equal share where nobody leaves anything. */
const NICE = 10

/**
 * The commands that a test run has started and not seen the end of. Each leads a session of its own, so that all that it
 * starts can be ended with it.
 */
export class Crew {
  private readonly running = new Set<ResultPromise>()
  private stopped = false

  /** Runs a command to its end; it never rejects for what the command does. */
  async run(file: string, args: readonly string[], options: CrewOptions): Promise<Ended> {
    if (this.stopped) throw new Error(`${file} is not started: the run was interrupted`)
    const { cwd, env, localDir, output, background = false, root = false } = options
    const all = {
      reject: false,
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(localDir === undefined ? {} : { preferLocal: true, localDir }),
    } as const satisfies Options
    const common = root ? all : asCaller(all)
    const command = background ? ['nice', '-n', String(NICE), file, ...args] : [file, ...args]
    const [program = file, ...rest] = command
    const child =
      output === 'inherit'
        ? execa(program, rest, { ...common, ...terminal() })
        : execa(program, rest, { ...common, stdin: 'ignore', all: true })
    this.running.add(child)
    if (background && child.pid !== undefined) await stepBack(child.pid)
    try {
      const { exitCode, all, failed, shortMessage } = await child
      const printed = typeof all === 'string' ? all : ''
      // A program that isn't there has no exit code, and said nothing.
      return exitCode === undefined && failed
        ? { exitCode: 1, output: [printed, shortMessage].filter(Boolean).join('\n') }
        : { exitCode: exitCode ?? 0, output: printed }
    } finally {
      this.running.delete(child)
    }
  }

  /** Ends all that runs, with what it has started, and starts nothing any more. */
  async stop(seconds = 20): Promise<void> {
    this.stopped = true
    const running = [...this.running]
    for (const child of running) signalGroup(child.pid, 'SIGTERM')
    const timer = setTimeout(() => {
      for (const child of running) signalGroup(child.pid, 'SIGKILL')
    }, seconds * 1000)
    await Promise.allSettled(running)
    clearTimeout(timer)
  }
}

/** A person's terminal is handed on as it is; into a log the output goes as it comes, and is kept as well. */
const terminal = () =>
  process.stdout.isTTY
    ? ({ stdio: ['ignore', 'inherit', 'inherit'] } as const)
    : ({ stdio: ['ignore', ['inherit', 'pipe'], ['inherit', 'pipe']], all: true } as const)

/** Where the kernel groups sessions (autogroup), a nice value counts within its session only: the session gets it too. */
async function stepBack(pid: number): Promise<void> {
  try {
    if (readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1') {
      await writeFile(`/proc/${pid}/autogroup`, String(NICE))
    }
  } catch {
    // A kernel without it, or a command that has ended already.
  }
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // It has ended by itself.
  }
}
