import type { Connection } from 'mysql2/promise'
import { pause } from '../fleet/run'
import type { Ledger } from '../judge/ledger'
import { ask, connect, insertRow, type Target } from './client'

export interface WriterOptions {
  /** The write ports of the load balancers, one of each node. */
  readonly targets: readonly Target[]
  readonly run: string
  /** @default 4 */
  readonly connections?: number
  /** Seconds between an answer and the next write of a connection. @default 0.1 */
  readonly every?: number
  /** Milliseconds until a write that nobody answers is given up. @default 2000 */
  readonly timeout?: number
}

/**
 * Writes rows as fast as they are acknowledged, through the load balancers of different nodes. A connection that fails goes on at the
 * next node, with a new row: none is ever sent twice.
 */
export class Writer {
  /** Where the outcome goes; each cycle has its own. */
  ledger: Ledger | undefined
  private stopped = false
  private resting = 0
  private readonly connections: number
  private work: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: WriterOptions) {
    this.connections = options.connections ?? 4
  }

  start(): void {
    this.work = Promise.all(Array.from({ length: this.connections }, (_, k) => this.write(k)))
  }

  /** Ends writing into the ledger, and waits until nothing is on its way. */
  async rest(): Promise<void> {
    this.ledger = undefined
    while (this.resting < this.connections) await pause(0.02)
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.work
  }

  private async write(k: number): Promise<void> {
    const { targets, run, every = 0.1, timeout = 2000 } = this.options
    let connection: Connection | undefined
    let turn = k
    while (!this.stopped) {
      const { ledger } = this
      if (!ledger) {
        this.resting++
        while (!this.ledger && !this.stopped) await pause(0.02)
        this.resting--
        continue
      }
      const id = ledger.begin(`writer-${k}`)
      let sent = false
      try {
        const target = targets[turn % targets.length]
        if (!target) throw new Error('no load balancer to write through')
        connection ??= await connect(target)
        sent = true
        await ask(connection, insertRow(run, id, `writer-${k}`), timeout)
        ledger.end(id, 'acknowledged')
      } catch {
        ledger.end(id, sent ? 'unknown' : 'unsent')
        connection?.destroy()
        connection = undefined
        turn++
      }
      await pause(every)
    }
    connection?.destroy()
  }
}
