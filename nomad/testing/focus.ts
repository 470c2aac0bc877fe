import { Job } from '../job'
import type { JobSpec, ServiceSpec, TaskGroupSpec, TaskSpec } from '../spec'
import { differences, plain, show } from './match'

/** What an assertion is about: a job, a group or a task of it, and the service that was looked at last. */
export interface Focus {
  readonly path: string
  readonly job: JobSpec
  readonly construct: Job
  readonly group?: TaskGroupSpec
  readonly task?: TaskSpec
  readonly service?: ServiceSpec
}

/** Chai's `this` inside an assertion. */
export type This = Chai.AssertionPrototype

/** What the assertions of a chai instance share. */
export interface Tools {
  readonly chai: Chai.ChaiStatic
  readonly utils: Chai.ChaiUtils
}

/** What is looked at now. @throws AssertionError where no job was named */
export function focusOf({ chai, utils }: Tools, assertion: object): Focus {
  const focus = utils.flag(assertion, 'nomadFocus') as Focus | undefined
  if (focus) return focus
  const subject: unknown = utils.flag(assertion, 'object')
  if (subject instanceof Job) return { path: `job '${subject.jobId}'`, job: subject.toSpec(), construct: subject }
  throw new chai.AssertionError('say which job first: expect(stack).to.haveJob(id), or expect(job)')
}

/** The innermost block that is looked at. */
export function here(focus: Focus): JobSpec | TaskGroupSpec | TaskSpec {
  return focus.task ?? focus.group ?? focus.job
}

/** Asserts that a value holds what is expected of it, and says each place where it doesn't. */
export function match(assertion: This, path: string, expected: unknown, actual: unknown): void {
  const found = differences(expected, actual)
  assertion.assert(
    found.length === 0,
    `expected ${path} to match, but\n${found.map((line) => `  ${line}`).join('\n')}`,
    `expected ${path} not to match ${show(plain(expected))}`,
  )
}
