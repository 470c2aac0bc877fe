/** Runs one measurement, and prints its result and the most memory that the process (or its largest child) had. */
import { readFileSync } from 'node:fs'
import { Engine } from 'nomad-engine'
import { measurements } from './measurements'

async function main(name: string): Promise<void> {
  const one = measurements[name]
  if (!one) throw new Error(`no measurement ${name}`)
  const native = process.env['ENGINE_NATIVE'] || undefined
  const engine = new Engine({ native, memoryMb: 4096, deadlineMs: 600_000, workers: one.workers ?? 1 })
  const result = await one.run(engine)
  const own = Math.round(process.resourceUsage().maxRSS / 1024)
  const megabytes = native ? largest : own
  console.log(JSON.stringify({ result, megabytes }))
  await engine.close()
}

/** Memory of the native process: sampled, since Node doesn't tell it of children. */
let largest = 0
if (process.env['ENGINE_NATIVE']) {
  setInterval(() => {
    for (const pid of readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')) {
      try {
        const peak = /VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
        largest = Math.max(largest, Math.round(Number(peak?.[1] ?? 0) / 1024))
      } catch {
        // It has just ended.
      }
    }
  }, 20).unref()
}

void main(process.argv[2] ?? '')
