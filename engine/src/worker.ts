import { parentPort, workerData } from 'node:worker_threads'
import { Instance } from './instance.js'
import type { Module } from './webassembly.js'

/** What the thread is made with. */
export interface WorkerData {
  readonly module: Module
  /** The limit that the module was given. */
  readonly memoryMb: number
}

/** A call: fresh ones get a copy of the program of their own, whose randomness and clock can be set. */
export interface Call {
  readonly request: Uint8Array
  readonly fresh?: { readonly seed?: number; readonly now?: number }
}

/** What comes of a call. */
export type Outcome =
  { readonly response: Uint8Array; readonly size: number } | { readonly crash: string; readonly output: string }

const port = parentPort
if (!port) throw new Error('worker.ts is run as a worker thread by the engine')
const { module, memoryMb } = workerData as WorkerData
/**
 * Go collects beside the program's work, for which there is no thread here: a collection then takes turns with the program, and
 * keeps all that the program makes meanwhile, a third of a plan's memory. Stopping the program, for sweeping as well, takes
 * less time, and `protocol/memory.go` depends on it.
 */
const environment = { MEMORY_MB: String(memoryMb), GODEBUG: 'gcstoptheworld=2' }
let warm: Instance | undefined

port.on('message', (call: Call) => {
  let used: Instance | undefined
  let outcome: Outcome
  try {
    used = call.fresh
      ? new Instance(module, { ...call.fresh, environment })
      : (warm ??= new Instance(module, { environment }))
    const response = used.call(call.request)
    outcome = { response, size: used.size }
    if (used.output) warm = undefined
  } catch (error) {
    warm = undefined
    outcome = {
      crash: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      output: used?.output ?? '',
    }
  }
  port.postMessage(outcome, 'response' in outcome ? [outcome.response.buffer as ArrayBuffer] : [])
})
