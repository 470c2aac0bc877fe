import { expect } from 'chai'
import { Engine, EngineError, type ApiJob } from 'nomad-engine'
import { mutate, nomadJobFiles, random, type JobFile } from './corpus'

const INPUTS = Number(process.env['FUZZ'] ?? 10_000)
/** Other inputs with another seed: a long run can be cut into pieces. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 11)

type Pick = (below: number) => number

describe('engine with nonsense', function () {
  this.timeout(3_600_000)
  // A count of billions that gets past Nomad's validation ends at the memory limit: the sooner, the more inputs.
  const engine = new Engine({ deadlineMs: 60_000, memoryMb: 256 })
  after(() => engine.close())

  it(`answers ${INPUTS} mutated inputs over all calls, without a crash or a hang, in steady memory`, async () => {
    const pick = random(SEED)
    const files = nomadJobFiles()
    const jobs: ApiJob[] = []
    for (const { hcl } of files) {
      const parsed = await engine.parse(hcl, { strict: false })
      if (parsed.ok) jobs.push(parsed.job)
    }
    const ends: Record<string, number> = {}
    const spent: Record<string, number> = {}
    const sizes: number[] = []
    for (let left = INPUTS; left > 0; left--) {
      const [name, call] = input(engine, files, jobs, pick)
      const start = performance.now()
      const end = await call().then(
        () => 'answer',
        (error: unknown) => (error instanceof EngineError ? error.code : `not ours: ${String(error)}`),
      )
      spent[name] = (spent[name] ?? 0) + Math.round(performance.now() - start)
      ends[`${name} ${end}`] = (ends[`${name} ${end}`] ?? 0) + 1
      if (left % Math.ceil(INPUTS / 20) === 0) sizes.push(Math.round(process.memoryUsage().rss / 1024 / 1024))
    }
    console.log(`      ${JSON.stringify(ends)}\n      ms: ${JSON.stringify(spent)}\n      MB: ${sizes.join(' ')}`)
    // The memory limit is an answer as well.
    const bad = Object.keys(ends).filter((end) => !/ (?:answer|input|request|internal|memory)$/u.test(end))
    expect(bad).to.deep.equal([])
    const half = sizes.slice(sizes.length / 2)
    expect(Math.min(...half), 'memory does not grow').to.be.below(Math.max(...sizes.slice(0, sizes.length / 2)) + 50)
  })
})

function input(
  engine: Engine,
  files: readonly JobFile[],
  jobs: readonly ApiJob[],
  pick: Pick,
): [string, () => Promise<unknown>] {
  const text = () => mutate(files[pick(files.length)]?.hcl ?? '', pick)
  const original = jobs[pick(jobs.length)] ?? {}
  const job = () => mangle(jobs[pick(jobs.length)] ?? {}, pick) as ApiJob
  const kind = pick(100)
  if (kind < 30) return ['parse', () => engine.parse(text())]
  if (kind < 42) return ['format', () => engine.format(text())]
  if (kind < 60) return ['check', () => engine.check(text())]
  if (kind < 78) return ['validate', () => engine.validate(job())]
  if (kind < 86) return ['canonicalize', () => engine.canonicalize(job())]
  if (kind < 94) return ['diff', () => engine.diff(original, mangle(original, pick) as ApiJob)]
  const nodes = [
    { cpu: 4000, memory: 4096, count: 3 },
    { cpu: 2000, memory: 2048, class: 'x' },
  ]
  const cluster = pick(3) === 0 ? (mangle({ nodes }, pick) as { nodes: typeof nodes }) : { nodes }
  return ['plan', () => engine.plan(cluster, [jobs[pick(jobs.length)] ?? {}, job()])]
}

const VALUES = [null, 0, -1, 1e15, 0.5, '', 'x', '${', true, [], {}, [null], [{}], '\u0000', 'a'.repeat(5000)]
const ALIKE: Readonly<Record<string, readonly unknown[]>> = {
  number: [0, 1, -1, 7, 65_536, 2 ** 31, 9e15],
  string: [
    '',
    'x',
    'service',
    'batch',
    'system',
    'consul',
    'nomad',
    'host',
    'bridge',
    '${',
    '${attr.x}',
    '\u0000',
    '=',
    '0',
  ],
  boolean: [true, false],
  object: [null, null],
}

/** Mostly something of the same kind, which gets past the reading of JSON. */
function replacement(value: unknown, pick: Pick): unknown {
  const alike = ALIKE[typeof value]
  return alike && pick(5) > 0 ? alike[pick(alike.length)] : VALUES[pick(VALUES.length)]
}

/** A copy of a value in which one to three parts are something else, or gone. */
function mangle(value: unknown, pick: Pick): unknown {
  const copy: unknown = structuredClone(value)
  for (let left = 1 + pick(3); left > 0; left--) {
    let at = copy
    for (let depth = pick(8); depth >= 0; depth--) {
      if (typeof at !== 'object' || at === null) break
      const holder = at as Record<string, unknown>
      const keys = Object.keys(holder)
      const key = keys[pick(Math.max(1, keys.length))]
      if (key === undefined) break
      const inner = holder[key]
      if (depth === 0 || typeof inner !== 'object' || inner === null) {
        if (pick(8) === 0) delete holder[key]
        else holder[key] = replacement(inner, pick)
        break
      }
      at = inner
    }
  }
  return copy
}
