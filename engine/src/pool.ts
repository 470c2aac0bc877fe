import { EngineError } from './errors.js'
import { Thread, type ThreadOptions } from './thread.js'
import type { Call } from './worker.js'

interface Waiting {
  readonly run: (thread: Thread) => Promise<void>
  readonly reject: (error: Error) => void
}

/** Threads that take calls from one queue. */
export class Pool {
  private readonly idle: Thread[]
  private readonly all: readonly Thread[]
  private readonly queue: Waiting[] = []
  private closed = false

  constructor(workers: number, options: () => Promise<ThreadOptions>) {
    this.all = Array.from({ length: workers }, () => new Thread(options))
    this.idle = [...this.all].reverse()
  }

  /** The deadline starts when a thread takes the call, not when it is queued. */
  call(call: Call, deadlineMs: number, method: string): Promise<Uint8Array> {
    if (this.closed) return Promise.reject(closedError(method))
    return new Promise((resolve, reject) => {
      const run = async (thread: Thread): Promise<void> => {
        try {
          resolve(await thread.call(call, deadlineMs, method))
        } catch (error) {
          reject(this.closed ? closedError(method) : error)
        }
      }
      this.queue.push({ run, reject })
      void this.next()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    for (const { reject } of this.queue.splice(0)) reject(closedError('The call'))
    await Promise.all(this.all.map((thread) => thread.close()))
  }

  private async next(): Promise<void> {
    const thread = this.queue.length > 0 ? this.idle.pop() : undefined
    const waiting = thread && this.queue.shift()
    if (!thread || !waiting) return
    await waiting.run(thread)
    this.idle.push(thread)
    await this.next()
  }
}

function closedError(method: string): EngineError {
  return new EngineError('closed', `${method} was called on, or cut short by, an engine that was closed.`)
}
