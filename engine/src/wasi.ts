import { randomFillSync } from 'node:crypto'
import { webAssembly, type Imports, type Instance, type Memory, type Module } from './webassembly.js'

/** Thrown when the program inside ends itself, which the engine's never does unless the Go runtime gives up. */
export class ProgramExit extends Error {
  constructor(readonly code: number) {
    super(`The program inside WebAssembly ended itself with status ${code}`)
  }
}

export interface WasiOptions {
  /**
   * Makes randomness (UUIDs, the order of Go's maps) the same at each run.
   * @default - random
   */
  readonly seed?: number
  /**
   * The time that the program sees, in milliseconds since 1970.
   * @default - the machine's clock
   */
  readonly now?: number
  /** The program's environment. @default - empty */
  readonly environment?: Readonly<Record<string, string>>
}

const SUCCESS = 0
const BAD_FILE = 8
const NOT_SUPPORTED = 52
const KEPT_OUTPUT = 16 * 1024

/**
 * The few system calls of WASI preview 1 that a Go program without files or sockets makes. It stands where `node:wasi`
 * would: that one warns that it is experimental, and gives no way to set the clock and the random numbers, on which
 * a plan that is the same at each run depends. All other calls answer "not supported": the program can't reach
 * anything outside its own memory.
 */
export class Wasi {
  private memory?: Memory
  private text = ''
  private readonly random: (target: Uint8Array) => void
  private readonly decoder = new TextDecoder()

  private readonly variables: readonly Uint8Array[]

  constructor(private readonly options: WasiOptions = {}) {
    const encoder = new TextEncoder()
    this.variables = Object.entries(options.environment ?? {}).map(([name, value]) =>
      encoder.encode(`${name}=${value}\0`),
    )
    this.random = options.seed === undefined ? randomFillSync : seeded(options.seed)
  }

  /** What the program wrote to standard output and error, at most the last 16 KiB. */
  get output(): string {
    return this.text
  }

  start(instance: Instance): void {
    this.memory = instance.exports['memory'] as Memory
    const initialize = instance.exports['_initialize'] as () => void
    initialize()
  }

  imports(module: Module): Imports {
    const known = this.calls()
    const found: Record<string, (...args: never[]) => unknown> = {}
    for (const { module: from, name, kind } of webAssembly.Module.imports(module)) {
      if (from === 'wasi_snapshot_preview1' && kind === 'function') found[name] = known[name] ?? (() => NOT_SUPPORTED)
    }
    return { wasi_snapshot_preview1: found }
  }

  private get view(): DataView {
    if (!this.memory) throw new Error('WASI call before the program was started')
    return new DataView(this.memory.buffer)
  }

  private bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.view.buffer, at >>> 0, length >>> 0)
  }

  private calls(): Record<string, (...args: never[]) => unknown> {
    const none = (count: number, size: number): number => {
      this.view.setUint32(count >>> 0, 0, true)
      this.view.setUint32(size >>> 0, 0, true)
      return SUCCESS
    }
    return {
      args_get: () => SUCCESS,
      args_sizes_get: none,
      environ_get: (pointers: number, text: number) => this.environment(pointers >>> 0, text >>> 0),
      environ_sizes_get: (count: number, size: number) => {
        this.view.setUint32(count >>> 0, this.variables.length, true)
        this.view.setUint32(
          size >>> 0,
          this.variables.reduce((sum, { length }) => sum + length, 0),
          true,
        )
        return SUCCESS
      },
      clock_time_get: (clock: number, _precision: bigint, at: number) => {
        this.view.setBigUint64(at >>> 0, this.time(clock), true)
        return SUCCESS
      },
      fd_write: (fd: number, vectors: number, count: number, written: number) =>
        this.write(fd, vectors >>> 0, count, written >>> 0),
      fd_prestat_get: () => BAD_FILE,
      fd_fdstat_get: (_fd: number, at: number) => {
        this.bytes(at, 24).fill(0)
        this.view.setUint8(at >>> 0, 2)
        return SUCCESS
      },
      fd_fdstat_set_flags: () => SUCCESS,
      fd_close: () => SUCCESS,
      random_get: (at: number, length: number) => {
        this.random(this.bytes(at, length))
        return SUCCESS
      },
      sched_yield: () => SUCCESS,
      poll_oneoff: (subscriptions: number, events: number, count: number, happened: number) =>
        this.poll(subscriptions >>> 0, events >>> 0, count, happened >>> 0),
      proc_exit: (code: number) => {
        throw new ProgramExit(code)
      },
    }
  }

  private environment(pointers: number, text: number): number {
    for (const variable of this.variables) {
      this.view.setUint32(pointers, text, true)
      this.bytes(text, variable.length).set(variable)
      pointers += 4
      text += variable.length
    }
    return SUCCESS
  }

  private time(clock: number): bigint {
    if (clock !== 0) return process.hrtime.bigint()
    return BigInt(Math.trunc(this.options.now ?? Date.now())) * 1_000_000n
  }

  private write(fd: number, vectors: number, count: number, written: number): number {
    if (fd !== 1 && fd !== 2) return BAD_FILE
    let total = 0
    for (let i = 0; i < count; i++) {
      const length = this.view.getUint32(vectors + i * 8 + 4, true)
      this.text += this.decoder.decode(this.bytes(this.view.getUint32(vectors + i * 8, true), length))
      total += length
    }
    if (this.text.length > KEPT_OUTPUT)
      this.text = this.text.slice(0, KEPT_OUTPUT / 2) + this.text.slice(-KEPT_OUTPUT / 2)
    this.view.setUint32(written, total, true)
    return SUCCESS
  }

  /** Waits for the first timer: all that a program without files can wait for. */
  private poll(subscriptions: number, events: number, count: number, happened: number): number {
    let wait = Infinity
    let first = 0
    for (let i = 0; i < count; i++) {
      const at = subscriptions + i * 48
      if (this.view.getUint8(at + 8) !== 0) continue
      const timeout = this.view.getBigUint64(at + 24, true)
      const absolute = (this.view.getUint16(at + 40, true) & 1) === 1
      const nanoseconds = absolute ? timeout - this.time(this.view.getUint32(at + 16, true)) : timeout
      const milliseconds = Math.max(0, Number(nanoseconds) / 1e6)
      if (milliseconds < wait) [wait, first] = [milliseconds, at]
    }
    if (wait === Infinity) return NOT_SUPPORTED
    if (wait > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
    this.bytes(events, 32).fill(0)
    this.view.setBigUint64(events, this.view.getBigUint64(first, true), true)
    this.view.setUint32(happened, 1, true)
    return SUCCESS
  }
}

/** Numbers by Mulberry32: enough for UUIDs that must only differ from each other. */
function seeded(seed: number): (target: Uint8Array) => void {
  let state = Math.trunc(seed) | 0
  return (target) => {
    for (let i = 0; i < target.length; i++) {
      state = (state + 0x6d2b79f5) | 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      target[i] = (t ^ (t >>> 14)) >>> 24
    }
  }
}
