import { Wasi, type WasiOptions } from './wasi.js'
import { webAssembly, type Instance as Running, type Memory, type Module } from './webassembly.js'

/** One running copy of a module. */
export class Instance {
  private readonly instance: Running
  private readonly wasi: Wasi

  constructor(module: Module, options: WasiOptions = {}) {
    this.wasi = new Wasi(options)
    this.instance = new webAssembly.Instance(module, this.wasi.imports(module))
    this.wasi.start(this.instance)
  }

  /** Bytes of memory that it holds: it can grow, never shrink. */
  get size(): number {
    return this.memory.buffer.byteLength
  }

  /** What the Go runtime wrote, which is empty unless it gave up. */
  get output(): string {
    return this.wasi.output
  }

  /** Hands over a request, and gives a copy of the response. */
  call(request: Uint8Array): Uint8Array {
    const room = this.exported('room')(request.length) >>> 0
    new Uint8Array(this.memory.buffer, room, request.length).set(request)
    const response = new Uint8Array(this.exported('answer')() >>> 0)
    let at = 0
    for (let length = this.part(); length > 0; length = this.part()) {
      response.set(new Uint8Array(this.memory.buffer, this.exported('response')() >>> 0, length), at)
      at += length
    }
    return response
  }

  /** Goes on to the next piece of the response, and gives its length. */
  private part(): number {
    return this.exported('part')() >>> 0
  }

  private get memory(): Memory {
    return this.instance.exports['memory'] as Memory
  }

  private exported(name: string): (...args: number[]) => number {
    return this.instance.exports[name] as (...args: number[]) => number
  }
}
