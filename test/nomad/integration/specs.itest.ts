import { expect } from 'chai'
import fc from 'fast-check'
import { Engine } from 'nomad-engine'
import { renderHcl, renderJson, type ValueObject } from '../../../nomad/hcl'
import type { JobSpec } from '../../../nomad/spec'
import { atOnce } from './at-once'
import { anyJob } from './random-spec'

/**
 * Where two values of the API's JSON say different things. What one of them leaves out must be nothing in the other:
 * Nomad's own JSON has every field.
 */
function differences(ours: unknown, theirs: unknown, path = 'Job'): string[] {
  if (isMap(ours) || isMap(theirs)) {
    const [a, b] = [isMap(ours) ? ours : {}, isMap(theirs) ? theirs : {}]
    if (!isMap(ours) && ours !== undefined && ours !== null) return [`${path}: ${show(ours)}, not ${show(theirs)}`]
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(a[key], b[key], `${path}.${key}`),
    )
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item, i) => differences(item, theirs[i], `${path}[${i}]`))
  }
  if (ours === undefined) return isNothing(theirs) ? [] : [`${path}: left out, not ${show(theirs)}`]
  return Object.is(ours, theirs) || (isNothing(ours) && isNothing(theirs) && typeof ours !== 'boolean')
    ? []
    : [`${path}: ${show(ours)}, not ${show(theirs)}`]
}

const show = (value: unknown) => JSON.stringify(value) ?? 'nothing'

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What Go leaves where nothing is set. */
function isNothing(value: unknown): boolean {
  return (
    value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  )
}

const runs = Number(process.env.SHOAL_PROPERTY_RUNS ?? 2000)
const seed = Number(process.env.SHOAL_SEED ?? Date.now() % 1e9)
/** How many jobs are made at once: two thousand don't fit into Node's memory. */
const batch = 250

describe('random jobs', function () {
  this.timeout(1_800_000)
  const engine = new Engine({ workers: 2, memoryMb: 2048 })
  after(() => engine.close())

  async function check(spec: JobSpec): Promise<void> {
    const hcl = renderHcl(spec as unknown as ValueObject)
    const parsed = await engine.parse(hcl)
    if (!parsed.ok) expect.fail(`${parsed.error}\n${hcl}`)
    const json = renderJson(spec as unknown as ValueObject)
    const wrong = differences(json, parsed.job)
    if (wrong.length > 0) expect.fail(`${wrong.join('\n')}\n${hcl}`)
  }

  it(`are read by Nomad's parser as what the API's JSON says, ${runs} of them (seed ${seed})`, async () => {
    // the same jobs either way: one after another to make a failing one smaller, otherwise as the engine has time
    if (process.env.SHOAL_PROPERTY_SHRINK !== undefined) {
      await fc.assert(fc.asyncProperty(anyJob, check), { numRuns: runs, seed })
    } else {
      for (let done = 0; done < runs; done += batch) {
        const numRuns = Math.min(batch, runs - done)
        await atOnce(fc.sample(anyJob, { numRuns, seed: seed + done }), 4, check)
      }
    }
  })
})
