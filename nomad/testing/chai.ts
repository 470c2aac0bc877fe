import { isConstruct } from '../host'
import { Job } from '../job'
import type { JobSpec, TaskGroupSpec, TaskSpec } from '../spec'
import { describe } from '../errors'
import type {} from './assertions'
import { differences, plain, show } from './match'
import { jobsOf } from './synth-job'

/** What an assertion is about: a job, a group or a task of it. */
interface Focus {
  readonly path: string
  readonly job: JobSpec
  readonly group?: TaskGroupSpec
  readonly task?: TaskSpec
}

/**
 * Assertions on jobs for chai.
 * @example use(nomadJobs); expect(stack).to.haveJob('mysql').withGroup('mysql', { count: 3 })
 */
export const nomadJobs: Chai.ChaiPlugin = (chai, utils) => {
  const { Assertion } = chai
  type This = Chai.AssertionPrototype
  const focusOf = (assertion: object): Focus => {
    const focus = utils.flag(assertion, 'nomadFocus') as Focus | undefined
    if (focus) return focus
    const subject: unknown = utils.flag(assertion, 'object')
    if (subject instanceof Job) return { path: `job '${subject.jobId}'`, job: subject.toSpec() }
    throw new chai.AssertionError('say which job first: expect(stack).to.haveJob(id), or expect(job)')
  }
  const here = (focus: Focus) => focus.task ?? focus.group ?? focus.job

  Assertion.addMethod('haveJob', function (this: This, id: string, expected: object = {}) {
    const subject: unknown = utils.flag(this, 'object')
    const jobs = isConstruct(subject) ? jobsOf(subject) : []
    const job = jobs.find((j) => j.jobId === id)
    const there = jobs.map((j) => `'${j.jobId}'`).join(', ') || 'none'
    this.assert(job !== undefined, `expected a job '${id}'\n  there is ${there}`, `expected no job '${id}'`, id, there)
    if (!job || utils.flag(this, 'negate')) return
    const focus: Focus = { path: `job '${id}'`, job: job.toSpec() }
    utils.flag(this, 'nomadFocus', focus)
    match(this, focus.path, expected, focus.job)
  })

  const match = (assertion: This, path: string, expected: unknown, actual: unknown) => {
    const found = differences(expected, actual)
    assertion.assert(
      found.length === 0,
      `expected ${path} to match, but\n${found.map((line) => `  ${line}`).join('\n')}`,
      `expected ${path} not to match ${show(plain(expected))}`,
      expected,
      actual,
    )
  }

  /** A block by its name: it is there, and matches. */
  const find = <T>(assertion: This, what: string, name: string, items: readonly T[], nameOf: (item: T) => unknown) => {
    const item = items.find((i) => nameOf(i) === name)
    const { path } = focusOf(assertion)
    const there = items.map((i) => `'${String(nameOf(i))}'`).join(', ') || 'none'
    assertion.assert(
      item !== undefined,
      `expected ${path} to have a ${what} '${name}'\n  there is ${there}`,
      `expected ${path} to have no ${what} '${name}'`,
      name,
      there,
    )
    return item
  }

  const addBlock = (
    method: string,
    what: string,
    itemsOf: (focus: Focus) => readonly object[] | undefined,
    nameOf: (item: object) => unknown,
    refocus: (focus: Focus, item: object) => Focus = (focus) => focus,
  ) => {
    Assertion.addMethod(method, function (this: This, name: string, expected: object = {}) {
      const focus = focusOf(this)
      const item = find(this, what, name, itemsOf(focus) ?? [], nameOf)
      if (!item || utils.flag(this, 'negate')) return
      match(this, `${what} '${name}' of ${focus.path}`, expected, item)
      const next = refocus(focus, item)
      utils.flag(this, 'nomadFocus', next)
    })
  }
  const key = (name: string) => (item: object) => (item as Record<string, unknown>)[name]

  addBlock(
    'withGroup',
    'group',
    (focus) => focus.job.group,
    key('name'),
    ({ job }, group) => ({
      path: `group '${(group as TaskGroupSpec).name}' of job '${job.id}'`,
      job,
      group: group as TaskGroupSpec,
    }),
  )
  addBlock(
    'withTask',
    'task',
    ({ group }) => group?.task,
    key('name'),
    ({ job, group }, task) => ({
      path: `task '${(task as TaskSpec).name}' of group '${group?.name ?? ''}' of job '${job.id}'`,
      job,
      group,
      task: task as TaskSpec,
    }),
  )
  addBlock('withService', 'service', (focus) => (focus.task ?? focus.group)?.service, key('name'))
  addBlock('withPort', 'port', ({ group }) => group?.network?.flatMap((network) => network.port ?? []), key('label'))
  addBlock('withVolume', 'volume', ({ group }) => group?.volume, key('name'))
  addBlock('withMount', 'mount of volume', ({ task }) => task?.volume_mount, key('volume'))
  addBlock('withTemplate', 'template for', ({ task }) => task?.template, key('destination'))

  Assertion.addMethod('withEnv', function (this: This, expected: object) {
    const focus = focusOf(this)
    match(this, `the environment of ${focus.path}`, expected, focus.task?.env ?? {})
  })

  Assertion.addMethod('thatHas', function (this: This, expected: { toSpec(): unknown }) {
    const focus = focusOf(this)
    const blocks = Object.values(here(focus)).flat() as unknown[]
    this.assert(
      blocks.some((block) => typeof block === 'object' && block !== null && differences(expected, block).length === 0),
      `expected ${focus.path} to have ${show(expected.toSpec())}\n  it has ${show(here(focus))}`,
      `expected ${focus.path} not to have ${show(expected.toSpec())}`,
      expected.toSpec(),
      here(focus),
    )
  })

  function assertValid(this: This) {
    const subject: unknown = utils.flag(this, 'object')
    const findings = isConstruct(subject) ? jobsOf(subject).flatMap((job) => job.findings('error')) : []
    this.assert(
      findings.length === 0,
      `expected valid jobs, but\n${findings.map(describe).join('\n')}`,
      'expected a job that is not valid',
      [],
      findings,
    )
  }
  Assertion.addMethod('validNomadJob', assertValid)
  Assertion.addMethod('validNomadJobs', assertValid)

  Assertion.addMethod('haveFinding', function (this: This, rule: string, text?: string | RegExp) {
    const subject: unknown = utils.flag(this, 'object')
    const findings = isConstruct(subject) ? jobsOf(subject).flatMap((job) => job.findings()) : []
    const hits = findings.filter((f) => f.rule === rule)
    const matches = (line: string) =>
      text === undefined || (typeof text === 'string' ? line.includes(text) : text.test(line))
    const all = findings.map(describe).join('\n') || 'nothing'
    this.assert(
      hits.some((finding) => matches(describe(finding))),
      `expected '${rule}' to be found${text === undefined ? '' : ` with ${String(text)}`}\nfound: ${all}`,
      `expected '${rule}' not to be found\nfound: ${all}`,
      rule,
      all,
    )
  })
}
