import { expect } from 'chai'
import fc from 'fast-check'
import { Engine } from 'nomad-engine'
import { renderHcl, renderJson, type ValueObject } from '../../../nomad/hcl'
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

describe('random jobs', function () {
  this.timeout(1_800_000)
  const engine = new Engine({ workers: 2, memoryMb: 2048 })
  after(() => engine.close())

  it(`are read by Nomad's parser as what the API's JSON says, ${runs} of them`, async () => {
    await fc.assert(
      fc.asyncProperty(anyJob, async (spec) => {
        const hcl = renderHcl(spec as unknown as ValueObject)
        const parsed = await engine.parse(hcl)
        if (!parsed.ok) expect.fail(`${parsed.error}\n${hcl}`)
        const json = renderJson(spec as unknown as ValueObject)
        const wrong = differences(json, parsed.job)
        if (wrong.length > 0) expect.fail(`${wrong.join('\n')}\n${hcl}`)
      }),
      { numRuns: runs, endOnFailure: process.env.SHOAL_PROPERTY_SHRINK === undefined },
    )
  })
})
