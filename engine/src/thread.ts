import { Worker } from 'node:worker_threads'
import { EngineError } from './errors.js'
import type { Module } from './webassembly.js'
import type { Call, Outcome, WorkerData } from './worker.js'

const MB = 1024 * 1024

export interface ThreadOptions {
  readonly module: Module
  readonly memoryMb: number
  /** A copy that has grown beyond this is given back after its call. */
  readonly keepMb: number
}

/**
 * A worker thread that handles one call at a time. It starts when first needed, keeps the process alive only during
 * a call, and is replaced after a deadline, a crash, or a call that left much memory behind.
 */
export class Thread {
  private worker?: Worker

  constructor(private readonly prepare: () => Promise<ThreadOptions>) {}

  async call(call: Call, deadlineMs: number, method: string): Promise<Uint8Array> {
    const { module, memoryMb, keepMb } = await this.prepare()
    const worker = (this.worker ??= start({ module, memoryMb }))
    worker.ref()
    const outcome = await exchange(worker, call, deadlineMs).catch(async (error: unknown) => {
      await this.close()
      throw error
    })
    worker.unref()
    if (outcome === 'deadline') {
      await this.close()
      throw new EngineError(
        'deadline',
        `${method} took longer than its deadline of ${deadlineMs} ms and was stopped. ` +
          'Allowed: any number of milliseconds. Raise `deadlineMs`, or hand in less.',
      )
    }
    if ('crash' in outcome) {
      await this.close()
      throw explain(outcome, method, memoryMb)
    }
    if (outcome.size > keepMb * MB) await this.close()
    return outcome.response
  }

  async close(): Promise<void> {
    const worker = this.worker
    this.worker = undefined
    await worker?.terminate()
  }
}

function start(data: WorkerData): Worker {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: data,
    execArgv: [],
    env: {},
    stdin: false,
    resourceLimits: { stackSizeMb: 8 },
  })
  worker.unref()
  return worker
}

function exchange(worker: Worker, call: Call, deadlineMs: number): Promise<Outcome | 'deadline'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => resolve('deadline')), deadlineMs)
    const onMessage = (outcome: Outcome) => finish(() => resolve(outcome))
    const onError = (error: Error) =>
      finish(() => reject(new EngineError('crash', `The engine's thread failed: ${error.message}`, { cause: error })))
    const onExit = (code: number) =>
      finish(() => reject(new EngineError('crash', `The engine's thread ended with status ${code}`)))
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      settle()
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(call)
  })
}

function explain(outcome: { crash: string; output: string }, method: string, memoryMb: number): EngineError {
  const text = `${outcome.crash}\n${outcome.output}`
  if (/out of memory|cannot allocate|failed to reserve|Array buffer allocation|Cannot grow/i.test(text)) {
    return new EngineError(
      'memory',
      `${method} wanted more than its limit of ${memoryMb} MB. Allowed: up to 4096. ` +
        'Raise `memoryMb`, hand in less, or use the native executable.',
    )
  }
  const reason = /^(fatal error|panic|runtime): .*$/m.exec(outcome.output)?.[0] ?? outcome.crash
  const deep = /call stack|stack overflow|stack exceeds/i.test(text)
  const hint = deep
    ? 'The input is nested too deeply.'
    : "This is a fault of the engine or of Nomad's code; please report it."
  return new EngineError('crash', `${method} ended without an answer: ${reason}. ${hint}`)
}
