import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { EngineError } from './errors.js'
import type { LoaderData } from './loader.js'
import type { Module } from './webassembly.js'

/** The small module parses and formats; the large one does everything. */
export type ArtifactName = 'parser' | 'engine'

const modules = new Map<string, Promise<Module>>()

/** Where the modules are in the package, and in the repository once they are built. */
export const artifacts = fileURLToPath(new URL('../artifacts/', import.meta.url))

/** Reads and compiles a module, once for each memory limit, off the event loop. */
export function loadArtifact(name: ArtifactName, memoryMb: number): Promise<Module> {
  const key = `${name} ${memoryMb}`
  let module = modules.get(key)
  if (!module) {
    module = load({ file: `${artifacts}${name}.wasm.br`, memoryMb })
    modules.set(key, module)
    module.catch(() => modules.delete(key))
  }
  return module
}

function load(data: LoaderData): Promise<Module> {
  return new Promise((resolve, reject) => {
    const unreadable = (cause?: Error) =>
      reject(
        new EngineError(
          'artifact',
          `The engine's WebAssembly module can't be read: ${data.file}. In Shoal's repository ` +
            '`bootstrap/engine` builds it; an installed package carries it: install it again.',
          { cause },
        ),
      )
    if (!existsSync(data.file)) return unreadable()
    const url = new URL('./loader.js', import.meta.url)
    const worker = new Worker(url, { workerData: data, execArgv: [], env: {}, stdin: false })
    worker.on('message', resolve)
    worker.on('error', (error) => (error instanceof RangeError ? reject(error) : unreadable(error)))
    worker.on('exit', () => unreadable())
  })
}
