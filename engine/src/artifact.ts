import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { EngineError } from './errors.js'
import { limitMemory } from './memory-limit.js'
import { webAssembly, type Module } from './webassembly.js'

/** The small module parses and formats; the large one does everything. */
export type ArtifactName = 'parser' | 'engine'

const unzip = promisify(brotliDecompress)
const modules = new Map<string, Promise<Module>>()

/** Where the modules are in the package, and in the repository once they are built. */
export const artifacts = fileURLToPath(new URL('../artifacts/', import.meta.url))

/** Reads and compiles a module, once for each memory limit. Compiling happens off the event loop. */
export function loadArtifact(name: ArtifactName, memoryMb: number): Promise<Module> {
  const key = `${name} ${memoryMb}`
  let module = modules.get(key)
  if (!module) {
    module = load(`${artifacts}${name}.wasm.br`, memoryMb)
    modules.set(key, module)
    module.catch(() => modules.delete(key))
  }
  return module
}

async function load(file: string, memoryMb: number): Promise<Module> {
  let packed: Buffer
  try {
    packed = await readFile(file)
  } catch (cause) {
    throw new EngineError(
      'artifact',
      `The engine's WebAssembly module can't be read: ${file}. In Shoal's repository it is built by ` +
        '`npm run build -w engine` (needs Go); an installed package carries it: install it again.',
      { cause },
    )
  }
  return await webAssembly.compile(limitMemory(await unzip(packed), memoryMb))
}
