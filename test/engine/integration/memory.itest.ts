import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import { expect } from 'chai'
import { Engine, type ApiJob, type Plan } from 'nomad-engine'
import { limitMemory } from '../../../engine/src/memory-limit.js'
import { webAssembly } from '../../../engine/src/webassembly.js'

const room = join(__dirname, '../../../engine')
const MEMORY_MB = 1024
const nodes = [{ cpu: 16_000, memory: 16_384, count: 200 }]

function job(count: number): ApiJob {
  const task = { Name: 't', Driver: 'docker', Config: { image: 'x' }, Resources: { CPU: 100, MemoryMB: 128 } }
  const Networks = [{ Mode: 'bridge', DynamicPorts: [{ Label: 'http', To: 8080 }] }]
  return { ID: 'j', Name: 'j', TaskGroups: [{ Name: 'g', Count: count, Networks, Tasks: [task] }] }
}

/** Whether the engine has a thread, which holds the memory of its calls. */
function hasThread(engine: Engine): boolean {
  const { pools } = engine as unknown as { pools: Map<string, { all: { worker?: Worker }[] }> }
  return pools.get('engine')?.all[0]?.worker !== undefined
}

/** What a worker thread of the engine answers to one call, and how large its memory has become. */
async function call(method: string, params: unknown): Promise<{ response: Uint8Array; size: number }> {
  const bytes = brotliDecompressSync(readFileSync(join(room, 'artifacts/engine.wasm.br')))
  const module = new webAssembly.Module(limitMemory(bytes, MEMORY_MB))
  const worker = new Worker(join(room, 'dist/worker.js'), {
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

  it('plans 5,000 allocations of one job in 145 MB of WebAssembly', async () => {
    const { response, size } = await call('plan', { cluster: { nodes }, jobs: [{ job: job(5000) }], noDiff: true })
    // Megabytes of text, in pieces.
    const { result } = JSON.parse(new TextDecoder().decode(response)) as { result: Plan }
    const placements = result.jobs[0]?.placements ?? []
    expect(new Set(placements.map(({ name }) => name)).size).to.equal(5000)
    expect(placements.every(({ scores, evaluated }) => scores.length > 0 && evaluated > 0)).to.equal(true)
    expect(result.nodes.reduce((sum, { allocations }) => sum + allocations, 0)).to.equal(5000)
    expect(size / 1024 / 1024).to.be.below(145)
  })

  it('gives the memory of a large plan back, and keeps that of a small one for the next', async () => {
    const engine = new Engine()
    try {
      await engine.plan({ nodes }, [job(10)])
      expect(hasThread(engine)).to.equal(true)
      await engine.plan({ nodes }, [job(5000)])
      expect(hasThread(engine)).to.equal(false)
      expect((await engine.validate(job(1))).ok).to.equal(true)
    } finally {
      await engine.close()
    }
  })
})
