import { describe, type Finding } from '../errors'
import { type Judge, judgeJob } from '../judge'
import { type This, type Tools } from './focus'
import { jobsBelow } from './synth-job'

/** Adds the methods that ask the rules, and Nomad itself. */
export function addVerdicts({ chai, utils }: Tools): void {
  const { Assertion } = chai

  /** With a judge it is asked as well, and a promise comes back. */
  function valid(this: This, judge?: Judge): void | Promise<void> {
    const jobs = jobsBelow(utils.flag(this, 'object'))
    if (jobs.length === 0) throw new chai.AssertionError('expected jobs to look at\n  there is none')
    const decide = (findings: readonly Finding[]) =>
      this.assert(
        findings.length === 0,
        `expected valid jobs, but\n${unique(findings).map(describe).join('\n')}`,
        'expected a job that is not valid',
      )
    const ours = jobs.flatMap((job) => job.findings('error'))
    if (judge === undefined) return decide(ours)
    const said = jobs.map(async (job) => {
      const silenced = job.props.silence ?? []
      const findings = await judgeJob(job, judge)
      return findings.filter((f) => f.level === 'error' && !silenced.includes(f.rule))
    })
    // a judge that hangs on the tree is asked here and now
    const known = ours.filter((finding) => finding.rule !== 'not-judged')
    return Promise.all(said).then((theirs) => decide([...known, ...theirs.flat()]))
  }
  Assertion.addMethod('validNomadJob', valid)
  Assertion.addMethod('validNomadJobs', valid)

  Assertion.addMethod('haveFinding', function (this: This, rule: string, text?: string | RegExp) {
    const findings = jobsBelow(utils.flag(this, 'object')).flatMap((job) => job.findings())
    const matches = (line: string) =>
      text === undefined || (typeof text === 'string' ? line.includes(text) : text.test(line))
    const all = findings.map(describe).join('\n') || 'nothing'
    this.assert(
      findings.some((finding) => finding.rule === rule && matches(describe(finding))),
      `expected '${rule}' to be found${text === undefined ? '' : ` with ${String(text)}`}\nfound: ${all}`,
      `expected '${rule}' not to be found\nfound: ${all}`,
    )
  })
}

/** A judge that hangs on the tree and one that is handed over may say the same. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [describe(finding), finding])).values()]
}
