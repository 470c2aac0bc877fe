/** Runs one measurement, and prints its result and the memory that the process (or its largest native child) had. */
import { Engine } from 'nomad-engine'
import { peakMegabytes, watchChildren } from './cpu'
import { measurements } from './measurements'

async function main(name: string): Promise<void> {
  const one = measurements[name]
  if (!one) throw new Error(`no measurement ${name}`)
  const native = process.env['ENGINE_NATIVE'] || undefined
  const before = native ? 0 : Math.round(process.memoryUsage().rss / 1024 / 1024)
  if (native) watchChildren()
  const engine = new Engine({ native, memoryMb: one.memoryMb, deadlineMs: 1_800_000, workers: one.workers ?? 1 })
  const { result, cpu } = await one.run(engine)
  const megabytes = peakMegabytes()
  console.log(JSON.stringify({ result, cpu, megabytes, over: megabytes - before }))
  await engine.close()
}

void main(process.argv[2] ?? '')
