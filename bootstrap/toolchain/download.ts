import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { give, makeFolder } from '../caller.js'
import { Problem } from '../problem.js'

/** A server that can't be reached: the caller may have another way. */
export class Unreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`${url} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'Unreachable'
  }
}

/** How long a server may take. */
export interface Patience {
  /** Until the answer's first byte. @default 5000 ms */
  readonly answer?: number
  /** Without any new byte. @default 20000 ms */
  readonly silence?: number
}

/** Gets a small text. @throws Unreachable when the server doesn't answer in time, or with anything but 200 */
export async function fetchText(url: string, patience: Patience = {}): Promise<string> {
  const { response, stop } = await request(url, {}, patience)
  try {
    if (!response.ok) throw new Error(`status ${response.status}`)
    return await response.text()
  } catch (cause) {
    throw new Unreachable(url, cause)
  } finally {
    stop()
  }
}

/**
 * Downloads a file whose SHA-256 is known. What an interrupted run has left (`<file>.part`) is continued; `file` itself
 * appears only when it is whole and right.
 * @param onBytes called with the bytes so far and, where the server says, in all
 * @throws Unreachable when the server can't be reached
 * @throws Problem when the content isn't what it should be
 */
export async function download(
  url: string,
  file: string,
  sha256: string,
  patience: Patience = {},
  onBytes: (done: number, total?: number) => void = () => {},
): Promise<void> {
  if (existsSync(file) && (await sha256Of(file)) === sha256) return
  const part = `${file}.part`
  await makeFolder(dirname(file))
  const continued = existsSync(part)
  await fetchInto(url, part, patience, onBytes)
  let actual = await sha256Of(part)
  if (actual !== sha256 && continued) {
    // Two halves of different files are an accident, not an attack: once more from the start.
    await rm(part)
    await fetchInto(url, part, patience, onBytes)
    actual = await sha256Of(part)
  }
  if (actual !== sha256) {
    await rm(part)
    throw new Problem({
      what: `toolchain: ${url} is not the file that was released`,
      given: `SHA-256 ${actual}`,
      allowed: `SHA-256 ${sha256}`,
      do: 'run it again; if it stays so, something between you and the server changes downloads: use --from-source',
    })
  }
  await rename(part, file)
}

async function fetchInto(
  url: string,
  part: string,
  patience: Patience,
  onBytes: (done: number, total?: number) => void,
): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0
  const { response, stop, alive } = await request(url, have > 0 ? { range: `bytes=${have}-` } : {}, patience)
  try {
    if (response.status === 416) return
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
    // Where another package brings the DOM's types along, fetch's stream has those.
    const body = response.body as ReadableStream
    const resumed = response.status === 206
    let done = resumed ? have : 0
    const length = Number(response.headers.get('content-length'))
    const total = length > 0 ? done + length : undefined
    const count = new Transform({
      transform(chunk: Buffer, _encoding, callback) {
        alive()
        done += chunk.length
        onBytes(done, total)
        callback(null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(body), count, createWriteStream(part, { flags: resumed ? 'a' : 'w' }))
  } catch (cause) {
    throw new Unreachable(url, cause)
  } finally {
    stop()
    await give(part)
  }
}

/** Starts a request that is given up when nothing comes for too long. */
async function request(url: string, headers: Record<string, string>, { answer = 5000, silence = 20_000 }: Patience) {
  const control = new AbortController()
  const giveUp = (after: number) =>
    setTimeout(() => control.abort(new Error(`nothing came for ${after / 1000} s`)), after)
  let timer = giveUp(answer)
  const stop = () => clearTimeout(timer)
  const alive = () => {
    clearTimeout(timer)
    timer = giveUp(silence)
  }
  try {
    const response = await fetch(url, { headers, signal: control.signal })
    alive()
    return { response, stop, alive }
  } catch (cause) {
    stop()
    throw new Unreachable(url, cause)
  }
}

/** SHA-256 of a file. @returns hex */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
