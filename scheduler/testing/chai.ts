import { isConstruct } from '../../nomad/host'
import { type FitOptions, plan } from '../placement'
import { sharedEngine } from '../placement/scheduler'
import { describeVerdict } from '../placement/text'
import { jobsIn, type JobsInOptions } from '../jobs-in'
import type {} from './assertions'
import type { Cluster, Engine } from 'nomad-engine'

/** What is asked of a fit, and how the jobs are read. */
export interface FitOnOptions extends Omit<FitOptions, 'engine'>, Pick<JobsInOptions, 'variables'> {
  /** @default - an `Engine` that all share */
  readonly engine?: Pick<Engine, 'plan' | 'nodes' | 'canonicalize' | 'parse'>
}

/**
 * `fitOn` for chai.
 * @example use(fitNomadJobs); await expect(app).to.fitOn(minnowboards(5), { losing: 1 })
 */
export const fitNomadJobs: Chai.ChaiPlugin = (chai, utils) => {
  chai.Assertion.addMethod(
    'fitOn',
    async function (this: Chai.AssertionPrototype, cluster: Cluster, options: FitOnOptions = {}): Promise<void> {
      const subject: unknown = utils.flag(this, 'object')
      const { variables, engine = await sharedEngine(), ...asked } = options
      const jobs = isConstruct(subject) ? await jobsIn(subject, { engine, variables }) : []
      if (jobs.length === 0) throw new chai.AssertionError('expected jobs to place\n  there is none')
      const report = await plan(jobs, cluster, { ...asked, engine })
      this.assert(
        report.fits,
        `expected the jobs to fit, but\n${describeVerdict(report)}`,
        `expected the jobs not to fit, but\n${describeVerdict(report)}`,
      )
    },
  )
}
