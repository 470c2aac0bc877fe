import type { FreeValue } from '../spec'
import { labelsOf } from './ports'
import { error, oncePerJob, quotedList, type Rule, type TaskPlace, tasksOf, warning } from './rule'

const plainNames = new Set(
  (
    'ALLOC_DIR TASK_DIR SECRETS_DIR MEMORY_LIMIT MEMORY_MAX_LIMIT CPU_LIMIT CPU_CORES ALLOC_ID SHORT_ALLOC_ID ALLOC_NAME ' +
    'ALLOC_INDEX TASK_NAME GROUP_NAME JOB_ID JOB_NAME JOB_PARENT_ID DC PARENT_CGROUP NAMESPACE REGION UNIX_ADDR TOKEN'
  ).split(' '),
)
const ofPort = /^(?:ADDR|IP|PORT|HOST_PORT|HOST_ADDR|HOST_IP|ALLOC_PORT|ALLOC_ADDR|ALLOC_IP)_([\w-]+)$/
const ofOthers = /^(?:META|UPSTREAM|TOKEN|ALLOC_INTERFACE|TASK|IPv4|IPv6)_./
const nodeNames = new Set('node.unique.id node.unique.name node.datacenter node.class node.pool node.region'.split(' '))
const reference = /\$\{([^{}]*)\}/g
/** `{{ env "NOMAD_PORT_http" }}` in a template's text. */
const inTemplate = /\benv\s+"NOMAD_([\w-]+)"/g

/** What Nomad fills in by itself when a task starts. */
export const referenceRules: readonly Rule[] = [
  error('unknown-port-reference', (job, report) => {
    for (const { place, nomad } of references(job)) {
      const { group, ports, task, path } = place
      for (const name of nomad) {
        const label = ofPort.exec(name)?.[1]
        if (label === undefined || ofOthers.test(name)) continue
        const labels = labelsOf(ports, task)
        // Dashes are underscores in the environment; ports of other tasks and of Connect have names of their own
        if (labels.some((l) => l === label || l.replace(/\W/g, '_') === label)) continue
        if (group.task?.some((t) => label.startsWith(`${t.name}_`)) || group.service?.some((s) => s.connect)) continue
        report({
          path,
          problem: `a reference names a port that the group doesn't have`,
          given: `'${label}'`,
          allowed: quotedList(labels),
          do: `take one of these, or add the port: group.addPort('${label}')`,
        })
      }
    }
  }),
  warning('unknown-reference', (job, report) => {
    for (const { place, nomad } of references(job)) {
      for (const name of nomad) {
        if (plainNames.has(name) || ofPort.test(name) || ofOthers.test(name)) continue
        if (place.task.env?.[`NOMAD_${name}`] !== undefined) continue
        report({
          path: place.path,
          problem: `Nomad says nothing by this name: ${inConfig(place, name) ? 'the task fails when it starts' : 'the task gets the text as it stands'}`,
          given: `\${NOMAD_${name}}`,
          allowed: 'what Env has: Env.allocId, Env.port(label), Env.taskDir, ...',
          do: 'correct the name',
        })
      }
    }
  }),
  warning('unknown-meta-reference', (job, report) => {
    for (const { place, nomad } of references(job)) {
      for (const name of nomad) {
        if (!name.startsWith('META_')) continue
        const { group, task, path } = place
        const dispatched = job.spec.parameterized
        const keys = [
          ...Object.keys({ ...job.spec.meta, ...group.meta, ...task.meta }),
          ...(dispatched?.meta_required ?? []),
          ...(dispatched?.meta_optional ?? []),
        ]
        const wanted = name.slice(5).toLowerCase()
        if (keys.some((key) => key.replace(/\W/g, '_').toLowerCase() === wanted || key.toLowerCase() === wanted))
          continue
        report({
          path,
          problem: 'a reference names meta that neither the job nor a dispatch brings',
          given: `\${NOMAD_${name}}`,
          allowed: quotedList(keys),
          do: `add it to meta, or to parameterized's metaRequired`,
        })
      }
    }
  }),
  error('unknown-node-reference', (job, report) => {
    for (const { place, all } of references(job)) {
      for (const name of all) {
        if (!name.startsWith('node.') || nodeNames.has(name)) continue
        report({
          path: place.path,
          problem: 'a node has nothing of this name',
          given: `\${${name}}`,
          allowed: [...nodeNames].join(', '),
          do: 'take one of these, or Node.attr(...), Node.meta(...)',
        })
      }
    }
  }),
]

/** The names that a task's texts refer to. */
interface References {
  readonly place: TaskPlace
  /** Every name between `${` and `}` in what Nomad fills in for a task. */
  readonly all: readonly string[]
  /** Those that start with `NOMAD_`, without it. */
  readonly nomad: readonly string[]
}

/** Of each task that has any. */
const references = oncePerJob((job): readonly References[] => {
  const found: References[] = []
  for (const place of tasksOf(job)) {
    const names = read(place)
    if (names.size === 0) continue
    const all = [...names]
    const nomad = all.filter((name) => name.startsWith('NOMAD_')).map((name) => name.slice(6))
    found.push({ place, all, nomad })
  }
  return found
})

function read({ group, task }: TaskPlace): ReadonlySet<string> {
  const into = new Set<string>()
  collect(task.env, into)
  collect(task.config, into)
  for (const service of task.service ?? []) collect(service as unknown as FreeValue, into)
  for (const service of group.service ?? []) collect(service.tags, into)
  for (const artifact of task.artifact ?? []) collect(artifact as unknown as FreeValue, into)
  for (const template of task.template ?? []) {
    collect(template.destination, into)
    if (!template.data?.includes('NOMAD_')) continue
    for (const match of template.data.matchAll(inTemplate)) into.add(`NOMAD_${match[1] ?? ''}`)
  }
  return into
}

function collect(value: FreeValue | Record<string, string> | undefined, into: Set<string>): void {
  if (typeof value === 'string') {
    if (!value.includes('${')) return
    reference.lastIndex = 0
    for (let match = reference.exec(value); match; match = reference.exec(value)) into.add(match[1] ?? '')
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, into)
  } else if (typeof value === 'object' && value !== null) {
    for (const key in value) collect(value[key], into)
  }
}

/** The client evaluates a driver's config, and only replaces references elsewhere. */
function inConfig({ task }: TaskPlace, name: string): boolean {
  const names = new Set<string>()
  collect(task.config, names)
  return names.has(`NOMAD_${name}`)
}
