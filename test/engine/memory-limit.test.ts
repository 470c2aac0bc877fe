import { expect } from 'chai'
import { limitMemory } from '../../engine/src/memory-limit.js'
import { webAssembly, type Memory } from '../../engine/src/webassembly.js'

/** A module with a memory of 1 page, exported, and a custom section on each side of it. */
const custom = [0, 3, 1, 0x61, 7]
const small = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...custom,
  ...[5, 3, 1, 0, 1],
  ...[7, 5, 1, 1, 0x6d, 2, 0],
  ...custom,
)

function memoryOf(module: Uint8Array): Memory {
  const instance = new webAssembly.Instance(new webAssembly.Module(module))
  return instance.exports['m'] as Memory
}

describe('engine memory limit', () => {
  it('lets memory grow to the limit and no further', () => {
    const memory = memoryOf(limitMemory(small, 2))
    expect(memory.buffer.byteLength).to.equal(65536)
    memory.grow(31)
    expect(memory.buffer.byteLength).to.equal(2 * 1024 * 1024)
    expect(() => memory.grow(1)).to.throw(RangeError)
  })

  it('replaces a maximum that is there', () => {
    expect(() => memoryOf(limitMemory(limitMemory(small, 1), 300)).grow(1000)).not.to.throw()
  })

  it('changes a module that has been through it where it is', () => {
    const once = limitMemory(small, 4096)
    expect(once).not.to.equal(small)
    expect(limitMemory(once, 2)).to.equal(once)
    expect(() => memoryOf(once).grow(32)).to.throw(RangeError)
  })

  it('ends at what WebAssembly can have', () => {
    expect(webAssembly.validate(limitMemory(small, 9999))).to.equal(true)
  })

  it('refuses less than the module starts with', () => {
    expect(() => limitMemory(small, 0.01)).to.throw(RangeError, 'less than the engine starts with (1 MB)')
  })

  it('refuses what is no module with one memory', () => {
    expect(() => limitMemory(small.subarray(0, 13), 1)).to.throw('no memory section')
    expect(() => limitMemory(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 0x80), 1)).to.throw('cut off')
  })
})
