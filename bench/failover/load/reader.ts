import type { Connection } from 'mysql2/promise'
import { pause } from '../fleet/run'
import { ask, connect, readRow, type Target } from './client'

export interface ReaderOptions {
  /** The read ports of the load balancers, by node. */
  readonly targets: ReadonlyMap<number, Target>
  readonly run: string
  /** @default 4 */
  readonly connections?: number
  /** Seconds between an answer and the next read of a connection. @default 0.1 */
  readonly every?: number
  /** Milliseconds until a read that nobody answers is given up. @default 2000 */
  readonly timeout?: number
}

export interface ReadCounts {
  readonly answered: number
  /** Reads that failed at their first try, those through nodes that are gone left out. */
  readonly failed: number
  /** Of these, those that failed at the second try as well, through another node. */
  readonly failedTwice: number
  /** What the first few that failed were told. */
  readonly reasons: readonly string[]
}

/** Reads through the load balancers' read ports and counts what fails. An idle connection that is closed is no failed read. */
export class Reader {
  /** Nodes that the fault has taken from the network: that a read through them fails is no fault of MySQL's. */
  readonly gone = new Set<number>()
  private counts = { answered: 0, failed: 0, failedTwice: 0 }
  private reasons: string[] = []
  private stopped = false
  private work: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: ReaderOptions) {}

  start(): void {
    this.work = Promise.all(Array.from({ length: this.options.connections ?? 4 }, (_, k) => this.read(k)))
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.work
  }

  /** The counts since the last call. */
  take(): ReadCounts {
    const taken = { ...this.counts, reasons: this.reasons }
    this.counts = { answered: 0, failed: 0, failedTwice: 0 }
    this.reasons = []
    return taken
  }

  private async read(k: number): Promise<void> {
    const { targets, run, every = 0.1, timeout = 2000 } = this.options
    const nodes = [...targets.keys()]
    let turn = k
    let open: { connection: Connection; closed: boolean } | undefined
    let failedBefore = false
    while (!this.stopped) {
      const node = nodes[turn % nodes.length] ?? 0
      const target = targets.get(node)
      if (!target) throw new Error('no load balancer to read through')
      if (this.gone.has(node) && !open) {
        turn++
        await pause(0.01)
        continue
      }
      try {
        if (!open || open.closed) {
          open?.connection.destroy()
          const fresh = { connection: await connect(target), closed: false }
          fresh.connection.on('error', () => (fresh.closed = true))
          open = fresh
        }
        await ask(open.connection, readRow(run, Number.MAX_SAFE_INTEGER), timeout)
        this.counts.answered++
        failedBefore = false
      } catch (error) {
        open?.connection.destroy()
        open = undefined
        if (!this.gone.has(node)) {
          this.counts[failedBefore ? 'failedTwice' : 'failed']++
          if (this.reasons.length < 20) this.reasons.push(`${new Date().toISOString()} node ${node}: ${String(error)}`)
          failedBefore = true
        }
        turn++
      }
      await pause(every)
    }
    open?.connection.destroy()
  }
}
