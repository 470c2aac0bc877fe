import { expect } from 'chai'
import fc from 'fast-check'
import type { JobSpec } from '../../nomad/spec'
import { type JobContext, rules, validate } from '../../nomad/validate'
import { corpus } from './corpus'
import { anyJob } from './integration/random-spec'

/** What is found where no rule is skipped, whatever it is about. */
function byEveryRule(job: JobContext): string[] {
  const found: string[] = []
  for (const rule of rules) {
    try {
      rule.check(job, (finding) => found.push(`${rule.name} ${JSON.stringify(finding)}`))
    } catch {
      // a job whose values are of other types, which is found
    }
  }
  return found
}

function withSkips(job: JobContext): string[] {
  return validate(job).map(({ rule, level: _, ...finding }) => `${rule} ${JSON.stringify(finding)}`)
}

const jobs = (spec: JobSpec): JobContext[] =>
  ['service', 'batch', 'system'].flatMap((type) =>
    [false, true].map((detach) => ({ spec: { ...spec, type }, path: 'stack/job', detach })),
  )

describe('rules that say what they are about', () => {
  it('find nothing in the jobs for which they are skipped: the corpus of bad jobs', () => {
    for (const { bad, good, detach } of corpus) {
      for (const spec of [bad, good]) {
        const job = { spec, path: 'stack/job', detach }
        expect(withSkips(job)).to.deep.equal(byEveryRule(job))
        for (const other of jobs(spec)) expect(withSkips(other)).to.deep.equal(byEveryRule(other))
      }
    }
  })

  it('find nothing in the jobs for which they are skipped: jobs with any block of the jobspec', () => {
    for (const spec of fc.sample(anyJob, 300)) {
      for (const job of jobs(spec as unknown as JobSpec)) expect(withSkips(job)).to.deep.equal(byEveryRule(job))
    }
  })
})
