import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import { expect } from 'chai'
import type { Plan } from 'nomad-engine'
import { limitMemory } from '../../../engine/src/memory-limit.js'
import { webAssembly } from '../../../engine/src/webassembly.js'

const engine = join(__dirname, '../../../engine')
const MEMORY_MB = 1024

/** What a worker thread of the engine answers to one call, and how large its memory has become. */
async function call(method: string, params: unknown): Promise<{ response: Uint8Array; size: number }> {
  const bytes = brotliDecompressSync(readFileSync(join(engine, 'artifacts/engine.wasm.br')))
  const module = new webAssembly.Module(limitMemory(bytes, MEMORY_MB))
  const worker = new Worker(join(engine, 'dist/worker.js'), {
    workerData: { module, memoryMb: MEMORY_MB },
    execArgv: [],
  })
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', resolve).on('error', reject)
      worker.postMessage({
        request: new TextEncoder().encode(JSON.stringify({ method, params })),
        fresh: { seed: 0, now: 0 },
      })
    })
  } finally {
    await worker.terminate()
  }
}

describe('engine memory', function () {
  this.timeout(600_000)

  it('plans 5,000 allocations of one job in 220 MB of WebAssembly, 64 of which it never touches', async () => {
    const task = { Name: 't', Driver: 'docker', Config: { image: 'x' }, Resources: { CPU: 100, MemoryMB: 128 } }
    const Networks = [{ Mode: 'bridge', DynamicPorts: [{ Label: 'http', To: 8080 }] }]
    const job = { ID: 'j', Name: 'j', TaskGroups: [{ Name: 'g', Count: 5000, Networks, Tasks: [task] }] }
    const nodes = [{ cpu: 16_000, memory: 16_384, count: 200 }]
    const { response, size } = await call('plan', { cluster: { nodes }, jobs: [{ job }], noDiff: true })
    // Megabytes of text, in pieces.
    const { result } = JSON.parse(new TextDecoder().decode(response)) as { result: Plan }
    const placements = result.jobs[0]?.placements ?? []
    expect(new Set(placements.map(({ name }) => name)).size).to.equal(5000)
    expect(placements.every(({ scores, evaluated }) => scores.length > 0 && evaluated > 0)).to.equal(true)
    expect(result.nodes.reduce((sum, { allocations }) => sum + allocations, 0)).to.equal(5000)
    expect(size / 1024 / 1024).to.be.below(220)
  })
})
