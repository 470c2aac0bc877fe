/**
 * Unpacks and compiles a module on a thread that ends with it: what it took to do so (twice the size of the module) is
 * given back at once, instead of at the next collection.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import { limitMemory } from './memory-limit.js'
import { webAssembly } from './webassembly.js'

/** What the thread is made with. It answers with the module. */
export interface LoaderData {
  readonly file: string
  readonly memoryMb: number
}

/** More than a module has, so that it is unpacked into one buffer; what isn't used of it isn't touched. */
const chunkSize = 64 * 1024 * 1024

const { file, memoryMb } = workerData as LoaderData
const bytes = brotliDecompressSync(readFileSync(file), { chunkSize })
parentPort?.postMessage(new webAssembly.Module(limitMemory(bytes, memoryMb)))
