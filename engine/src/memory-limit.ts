const PAGE = 64 * 1024
const MEMORY_SECTION = 5

/**
 * Gives a module's own memory a maximum, by rewriting its memory section: growing beyond it then fails inside, however
 * the module came to want that much. V8 has no other limit for one instance's memory (a worker's
 * `resourceLimits` don't count it).
 *
 * A module that has been through this once (the build does it) is changed where it is, without a copy of its 46 MB.
 */
export function limitMemory(module: Uint8Array, megabytes: number): Uint8Array {
  let at = 8
  while (at < module.length) {
    const id = module[at]
    const size = readNumber(module, at + 1)
    if (id === MEMORY_SECTION) return rewrite(module, at, size, megabytes)
    at = size.next + size.value
  }
  throw new Error('The WebAssembly module has no memory section')
}

interface Read {
  readonly value: number
  readonly next: number
}

function rewrite(module: Uint8Array, at: number, size: Read, megabytes: number): Uint8Array {
  const count = readNumber(module, size.next)
  if (count.value !== 1) throw new Error(`The WebAssembly module has ${count.value} memories instead of one`)
  const minimum = readNumber(module, count.next + 1)
  const pages = Math.min(65536, Math.floor((megabytes * 1024 * 1024) / PAGE))
  if (pages < minimum.value) {
    const least = Math.ceil((minimum.value * PAGE) / 1024 / 1024)
    throw new RangeError(`A memory limit of ${megabytes} MB is less than the engine starts with (${least} MB)`)
  }
  const body = [1, 1, ...writePages(minimum.value), ...writePages(pages)]
  const section = [MEMORY_SECTION, ...writeNumber(body.length), ...body]
  const end = size.next + size.value
  if (at + section.length === end) {
    module.set(section, at)
    return module
  }
  const out = new Uint8Array(at + section.length + module.length - end)
  out.set(module.subarray(0, at))
  out.set(section, at)
  out.set(module.subarray(end), at + section.length)
  return out
}

/** Unsigned LEB128. */
function readNumber(bytes: Uint8Array, at: number): Read {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, next: at }
  }
  throw new Error('The WebAssembly module is cut off')
}

/** As long for each number of pages, so that another one fits in its place. */
function writePages(value: number): number[] {
  return [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, value >> 14]
}

function writeNumber(value: number): number[] {
  const out: number[] = []
  do {
    const low = value % 128
    value = Math.floor(value / 128)
    out.push(value > 0 ? low + 128 : low)
  } while (value > 0)
  return out
}
