import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Focus, focusOf, type This, type Tools } from './focus'
import { lineDiff } from './line-diff'
import { jobsBelow } from './synth-job'

/** Set to `1`, it makes `matchHclSnapshot` write what there is instead of comparing it. */
export const updateVariable = 'UPDATE_SNAPSHOTS'

/** Adds the comparison of a job's HCL with a file. */
export function addSnapshots(tools: Tools): void {
  const { chai, utils } = tools
  chai.Assertion.addMethod('matchHclSnapshot', function (this: This, file: string) {
    const focus = utils.flag(this, 'nomadFocus') as Focus | undefined
    const below = jobsBelow(utils.flag(this, 'object'))
    const job = focus?.construct ?? (below.length === 1 ? below[0] : focusOf(tools, this).construct)
    const hcl = job?.render().hcl ?? ''
    if (process.env[updateVariable] === '1') {
      mkdirSync(dirname(file), { recursive: true })
      return writeFileSync(file, hcl)
    }
    const how = `  do       look at the difference; where it is meant, run the test with ${updateVariable}=1`
    if (!existsSync(file)) {
      throw new chai.AssertionError(`expected job '${job?.jobId ?? ''}' to match ${file}, which isn't there\n${how}`)
    }
    const kept = readFileSync(file, 'utf8')
    this.assert(
      kept === hcl,
      `expected job '${job?.jobId ?? ''}' to match ${file} (- in the file, + now)\n${lineDiff(kept, hcl)}\n${how}`,
      `expected job '${job?.jobId ?? ''}' not to match ${file}`,
    )
  })
}
