import { expect } from 'chai'
import fc from 'fast-check'
import { type JobContext, rules, validate } from '../../nomad/validate'
import { corpus } from './corpus'
import { anyJob } from './integration/random-spec'

/** What is found where no rule is skipped, whatever it is about. */
function byEveryRule(job: JobContext): string {
  const found: string[] = []
  for (const rule of rules) {
    try {
      rule.check(job, (finding) => found.push(`${rule.name} ${JSON.stringify(finding)}`))
    } catch {
      // a job whose values are of other types, which is found
    }
  }
  return found.join('\n')
}

function withSkips(job: JobContext): string {
  return validate(job)
    .map(({ rule, level: _, ...finding }) => `${rule} ${JSON.stringify(finding)}`)
    .join('\n')
}

const types = ['service', 'batch', 'system']

describe('rules that say what they are about', () => {
  it('find nothing in the jobs for which they are skipped: the corpus of bad jobs', () => {
    for (const [i, { bad, good, detach }] of corpus.entries()) {
      for (const spec of [bad, good, { ...bad, type: types[i % 3] }]) {
        const job = { spec, path: 'stack/job', detach }
        expect(withSkips(job)).to.equal(byEveryRule(job))
      }
    }
  })

  it('find nothing in the jobs for which they are skipped: jobs with any block of the jobspec', () => {
    for (const [i, spec] of fc.sample(anyJob, 20).entries()) {
      const job = { spec: { ...spec, type: types[i % 3] }, path: 'stack/job', detach: i % 2 === 0 }
      expect(withSkips(job)).to.equal(byEveryRule(job))
    }
  })
})
