import { processesOf, type MysqlTask } from '../fleet/docker'
import type { Fleet } from '../fleet/fleet'
import type { Group } from '../fleet/group'
import type { Instance } from '../fleet/instances'
import { pause, until } from '../fleet/run'

/** The drill as a fault sees it. */
export interface SceneOptions {
  readonly fleet: Fleet
  readonly group: Group
  readonly primary: Instance
  readonly replicas: readonly Instance[]
  /** How many writes were acknowledged so far. */
  readonly acknowledged: () => number
  /** Nodes that can't be reached from outside at the moment. */
  readonly gone: Set<number>
  /** A number from 0 up to 1. */
  readonly random: () => number
  /** Seconds for which processes stay frozen. */
  readonly frozen: number
  /** Seconds for which a partition lasts. */
  readonly cut: number
  readonly say: (line: string) => void
}

type Undo = () => Promise<void>

const COMMANDS: Record<MysqlTask, string> = { mysqld: 'mysqld', agent: 'node' }

/** What a fault works with, and what it must put right again. */
export class Scene {
  readonly notes: string[] = []
  private readonly undos: Undo[] = []

  constructor(private readonly options: SceneOptions) {}

  get fleet(): Fleet {
    return this.options.fleet
  }
  get group(): Group {
    return this.options.group
  }
  get primary(): Instance {
    return this.options.primary
  }
  get replicas(): readonly Instance[] {
    return this.options.replicas
  }
  get gone(): Set<number> {
    return this.options.gone
  }
  get frozen(): number {
    return this.options.frozen
  }
  get cut(): number {
    return this.options.cut
  }

  /** For the log and the record. */
  note(line: string): void {
    this.notes.push(line)
    this.options.say(line)
  }

  /** What `heal` will do, the last first. */
  onHeal(undo: Undo): void {
    this.undos.push(undo)
  }

  /** Puts everything right. @throws the first failure, after all was tried */
  async heal(): Promise<void> {
    let failure: unknown
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) await undo().catch((error) => (failure ??= error))
    if (failure) throw failure
  }

  /** Waits until writes are acknowledged again. @returns false when that took longer than `seconds` */
  async writing(seconds: number): Promise<boolean> {
    const before = this.options.acknowledged()
    const seen = () => Promise.resolve(this.options.acknowledged() >= before + 5)
    return until('writes', seconds, seen, 0.02).catch(() => false)
  }

  /** One of some things, by the run's seed. */
  choose<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.options.random() * items.length)]
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }

  /** Sends a signal to mysqld or to the agent itself, not to what starts it. */
  async signal(instance: Instance, task: MysqlTask, signal: NodeJS.Signals): Promise<void> {
    const pids = await processesOf(this.fleet, instance.node, task, instance.allocation, COMMANDS[task])
    if (pids.length === 0) throw new Error(`no ${COMMANDS[task]} runs in ${task} of ${instance.name}`)
    for (const pid of pids) process.kill(pid, signal)
    this.note(`${signal} to ${task} of ${instance.name}`)
    if (signal !== 'SIGSTOP') return
    this.onHeal(() => {
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGCONT')
        } catch {
          // It has ended meanwhile.
        }
      }
      return Promise.resolve()
    })
  }

  pause = pause
}

/** A way to hurt the group. */
export interface Fault {
  readonly name: string
  /** What it does, for `--help`. */
  readonly what: string
  /** Seconds without a writer that the design allows, where it says. */
  readonly target?: number
  /** How often at most in a run, for the slow ones. */
  readonly atMost?: number
  /** Breaks what must not break, so that the drill is seen to fail: done only when it is named. @default false */
  readonly onPurpose?: boolean
  /** @returns why it can't be done on this fleet, or undefined */
  readonly impossible?: (fleet: Fleet) => string | undefined
  /** Hurts; `scene.heal` is called when it returns or throws. */
  readonly run: (scene: Scene) => Promise<void>
}
