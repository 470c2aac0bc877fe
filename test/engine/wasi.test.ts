import { expect } from 'chai'
import { ProgramExit, Wasi, type WasiOptions } from '../../engine/src/wasi.js'
import { webAssembly, type Memory, type Module } from '../../engine/src/webassembly.js'

type SystemCall = (...args: (number | bigint)[]) => number

/** A module that imports the named system calls and exports a memory and an empty `_initialize`. */
function moduleOf(names: readonly string[]): Module {
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)]
  const section = (id: number, body: number[]) => [id, (body.length & 0x7f) | 0x80, body.length >> 7, ...body]
  const imports = names.flatMap((name) => [...text('wasi_snapshot_preview1'), ...text(name), 0, 0])
  return new webAssembly.Module(
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, 0, 0]),
      ...section(2, [names.length, ...imports]),
      ...section(3, [1, 0]),
      ...section(5, [1, 0, 1]),
      ...section(7, [2, ...text('memory'), 2, 0, ...text('_initialize'), 0, names.length]),
      ...section(10, [1, 2, 0, 0x0b]),
    ),
  )
}

function start(names: readonly string[], options?: WasiOptions) {
  const wasi = new Wasi(options)
  const module = moduleOf(names)
  const imports = wasi.imports(module)
  const instance = new webAssembly.Instance(module, imports)
  wasi.start(instance)
  const calls = imports['wasi_snapshot_preview1'] as unknown as Record<string, SystemCall>
  const call = (name: string, ...args: (number | bigint)[]): number => {
    const found = calls[name]
    if (!found) throw new Error(`no ${name}`)
    return found(...args)
  }
  return { wasi, call, memory: new DataView((instance.exports['memory'] as Memory).buffer) }
}

describe('engine system calls', () => {
  it('keeps what the program writes, and gives it no other file', () => {
    const { wasi, call, memory } = start(['fd_write'])
    new Uint8Array(memory.buffer).set(new TextEncoder().encode('hello'), 100)
    memory.setUint32(0, 100, true)
    memory.setUint32(4, 5, true)
    expect(call('fd_write', 2, 0, 1, 50)).to.equal(0)
    expect(memory.getUint32(50, true)).to.equal(5)
    expect(wasi.output).to.equal('hello')
    expect(call('fd_write', 5, 0, 1, 50)).to.equal(8)
  })

  it('gives the time and the random numbers that it was told', () => {
    const fill = (seed: number) => {
      const { call, memory } = start(['random_get', 'clock_time_get'], { seed, now: 1234 })
      call('random_get', 0, 16)
      call('clock_time_get', 0, 0n, 32)
      expect(memory.getBigUint64(32, true)).to.equal(1_234_000_000n)
      return Buffer.from(memory.buffer, 0, 16).toString('hex')
    }
    expect(fill(1)).to.equal(fill(1))
    expect(fill(1)).not.to.equal(fill(2))
  })

  it('gives the environment that it was told, and no other', () => {
    const names = ['environ_sizes_get', 'environ_get']
    const { call, memory } = start(names, { environment: { MEMORY_MB: '64', A: 'ü' } })
    expect(call('environ_sizes_get', 0, 4)).to.equal(0)
    expect([memory.getUint32(0, true), memory.getUint32(4, true)]).to.deep.equal([2, 18])
    expect(call('environ_get', 8, 100)).to.equal(0)
    expect([memory.getUint32(8, true), memory.getUint32(12, true)]).to.deep.equal([100, 113])
    expect(Buffer.from(memory.buffer, 100, 18).toString()).to.equal('MEMORY_MB=64\0A=ü\0')
    const none = start(names)
    none.call('environ_sizes_get', 0, 4)
    expect(none.memory.getUint32(0, true)).to.equal(0)
  })

  it('answers "not supported" to all that reaches outside', () => {
    const { call } = start(['path_open', 'sock_accept'])
    expect(call('path_open')).to.equal(52)
    expect(call('sock_accept')).to.equal(52)
  })

  it('tells when the program ends itself', () => {
    const { call } = start(['proc_exit'])
    expect(() => call('proc_exit', 2)).to.throw(ProgramExit, 'status 2')
  })

  it('waits for a timer', () => {
    const { call, memory } = start(['poll_oneoff'])
    memory.setBigUint64(0, 77n, true)
    memory.setUint8(8, 0)
    memory.setBigUint64(24, 5_000_000n, true)
    const before = performance.now()
    expect(call('poll_oneoff', 0, 100, 1, 200)).to.equal(0)
    expect(performance.now() - before).to.be.greaterThan(4)
    expect(memory.getBigUint64(100, true)).to.equal(77n)
    expect(memory.getUint32(200, true)).to.equal(1)
  })
})
