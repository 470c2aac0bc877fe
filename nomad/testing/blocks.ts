import type { Job } from '../job'
import { type Resources, resourcesSpec } from '../resources'
import type { TaskGroupSpec, TaskSpec } from '../spec'
import { closestMatch, insteadOf } from './closest'
import { type Focus, focusOf, here, match, type This, type Tools } from './focus'
import { differences, plain, show } from './match'
import { jobsBelow } from './synth-job'

/** Which blocks a method looks at, and what the assertions that follow are about. */
interface Block {
  readonly what: string
  readonly items: (focus: Focus) => readonly object[] | undefined
  readonly name: string
  readonly next?: (focus: Focus, item: object) => Focus
  /** Where else a block of the name is. */
  readonly elsewhere?: (focus: Focus, name: string) => string | undefined
}

const blocks: Readonly<Record<string, Block>> = {
  withGroup: {
    what: 'group',
    items: ({ job }) => job.group,
    name: 'name',
    next: ({ job, construct }, item) => {
      const group = item as TaskGroupSpec
      return { path: `group '${group.name}' of job '${job.id}'`, job, construct, group }
    },
  },
  withTask: {
    what: 'task',
    items: ({ group }) => group?.task,
    name: 'name',
    next: ({ job, construct, group }, item) => {
      const task = item as TaskSpec
      const path = `task '${task.name}' of group '${group?.name ?? ''}' of job '${job.id}'`
      return { path, job, construct, group, task }
    },
    elsewhere: ({ job }, name) => job.group?.find((g) => g.task?.some((t) => t.name === name))?.name,
  },
  withService: {
    what: 'service',
    items: (focus) => (focus.task ?? focus.group)?.service,
    name: 'name',
    next: (focus, service) => ({ ...focus, service }),
  },
  withPort: { what: 'port', items: ({ group }) => group?.network?.flatMap(({ port }) => port ?? []), name: 'label' },
  withVolume: { what: 'volume', items: ({ group }) => group?.volume, name: 'name' },
  withMount: { what: 'mount of volume', items: ({ task }) => task?.volume_mount, name: 'volume' },
  withTemplate: { what: 'template for', items: ({ task }) => task?.template, name: 'destination' },
  withAction: { what: 'action', items: ({ task }) => task?.action, name: 'name' },
}

/** Lists of blocks without a name: one of them must match. */
const unnamed: Readonly<Record<string, (focus: Focus) => { what: string; items: readonly object[] }>> = {
  withConstraint: (focus) => ({ what: 'constraint', items: here(focus).constraint ?? [] }),
  withAffinity: (focus) => ({ what: 'affinity', items: here(focus).affinity ?? [] }),
  withSpread: ({ group, job }) => ({ what: 'spread', items: (group ?? job).spread ?? [] }),
  withCheck: ({ service }) => ({ what: 'check', items: service?.check ?? [] }),
}

/** Adds the methods that look into a job. */
export function addBlocks(tools: Tools): void {
  const { chai, utils } = tools
  const { Assertion } = chai

  Assertion.addMethod('haveJob', function (this: This, id: string, expected: object = {}) {
    const jobs = jobsBelow(utils.flag(this, 'object'))
    const construct = jobs.find((job) => job.jobId === id)
    const ids = jobs.map((job: Job) => job.jobId)
    this.assert(
      construct !== undefined,
      `expected a job '${id}'\n${insteadOf(id, ids)}`,
      `expected no job '${id}'\n  there is one: ${construct?.node.path ?? ''}`,
    )
    if (!construct || utils.flag(this, 'negate')) return
    const focus: Focus = { path: `job '${id}'`, job: construct.toSpec(), construct }
    utils.flag(this, 'nomadFocus', focus)
    match(this, focus.path, expected, focus.job)
  })

  for (const [method, block] of Object.entries(blocks)) addBlock(tools, method, block)
  for (const [method, list] of Object.entries(unnamed)) {
    Assertion.addMethod(method, function (this: This, expected: unknown) {
      const focus = focusOf(tools, this)
      const { what, items } = list(focus)
      const wanted = show(plain(expected))
      const place = what === 'check' ? `service '${focus.service?.name ?? ''}' of ${focus.path}` : focus.path
      this.assert(
        items.some((item) => differences(expected, item).length === 0),
        `expected ${place} to have the ${what} ${wanted}\n${closestMatch(expected, items)}`,
        `expected ${place} not to have the ${what} ${wanted}`,
      )
    })
  }
  addValues(tools)
}

function addBlock(tools: Tools, method: string, block: Block): void {
  const { chai, utils } = tools
  chai.Assertion.addMethod(method, function (this: This, name: string, expected: object = {}) {
    const focus = focusOf(tools, this)
    const nameOf = (item: object) => String((item as Record<string, unknown>)[block.name])
    const items = block.items(focus) ?? []
    const item = items.find((candidate) => nameOf(candidate) === name)
    const other = item === undefined ? block.elsewhere?.(focus, name) : undefined
    this.assert(
      item !== undefined,
      `expected ${focus.path} to have a ${block.what} '${name}'\n${insteadOf(name, items.map(nameOf))}` +
        (other === undefined ? '' : `\n  it is in group '${other}'`),
      `expected ${focus.path} to have no ${block.what} '${name}'`,
    )
    if (!item || utils.flag(this, 'negate')) return
    match(this, `${block.what} '${name}' of ${focus.path}`, expected, item)
    utils.flag(this, 'nomadFocus', block.next?.(focus, item) ?? focus)
  })
}

function addValues(tools: Tools): void {
  const { Assertion } = tools.chai

  Assertion.addMethod('withEnv', function (this: This, expected: object) {
    const focus = focusOf(tools, this)
    match(this, `the environment of ${focus.path}`, expected, focus.task?.env ?? {})
  })

  Assertion.addMethod('withMeta', function (this: This, expected: object) {
    const focus = focusOf(tools, this)
    match(this, `the meta of ${focus.path}`, expected, here(focus).meta ?? {})
  })

  Assertion.addMethod('withImage', function (this: This, expected: string | RegExp) {
    const focus = focusOf(tools, this)
    match(this, `the image of ${focus.path}`, { image: expected }, focus.task?.config ?? {})
  })

  Assertion.addMethod('withResources', function (this: This, expected: Partial<Resources>) {
    const focus = focusOf(tools, this)
    match(this, `the resources of ${focus.path}`, resourcesSpec(expected), focus.task?.resources ?? {})
  })

  Assertion.addMethod('thatHas', function (this: This, expected: { toSpec(): unknown }) {
    const focus = focusOf(tools, this)
    const values = Object.values(here(focus)).flat() as unknown[]
    const items = values.filter((value) => typeof value === 'object' && value !== null)
    this.assert(
      items.some((item) => differences(expected, item).length === 0),
      `expected ${focus.path} to have ${show(expected.toSpec())}\n${closestMatch(expected, items)}`,
      `expected ${focus.path} not to have ${show(expected.toSpec())}`,
    )
  })
}
