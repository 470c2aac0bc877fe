import { createHash } from 'node:crypto'
import { goString } from './consul-template'
import { Group } from './group'
import { workloadPolicy } from './host/resources'
import { Job } from './job'
import { Task } from './task'

/** Who is given something: every task of a job, every task of a group, or one task. */
export type Grantee = Job | Group | Task

/** What a workload may do with a Nomad variable. */
export type VariableCapability = 'read' | 'write' | 'list' | 'destroy'

/** What is granted on which variables. */
export interface VariableGrant {
  /** The variable's path; `*` at its end stands for everything below. */
  readonly path: string
  /** What it may do there. */
  readonly capabilities: readonly VariableCapability[]
  /** The variable's namespace. @default - the job's */
  readonly namespace?: string
  /** A word for the policy's name: `web-<verb>-site-db`. @default - by the capabilities: 'reads' or 'writes' */
  readonly verb?: string
  /** Id of the policy's construct. @default - by verb and path */
  readonly id?: string
}

/**
 * Lets a job, a group or a task use Nomad variables: an ACL policy for its workload identity, which the job waits for.
 * Nothing is made where Nomad allows it anyway: each task may read `nomad/jobs`, `nomad/jobs/<its job>`, and so on below.
 */
export function grantVariables(to: Grantee, grant: VariableGrant): void {
  const { job, group, task } = place(to)
  const own = job.props.namespace ?? job.props.raw?.namespace ?? 'default'
  const namespace = grant.namespace ?? own
  if (namespace === own && readableAnyway(grant, [job.jobId, group, task])) return
  const verb = grant.verb ?? (grant.capabilities.includes('write') ? 'writes' : 'reads')
  const there = namespace === own ? grant.path : `${grant.path}@${namespace}`
  const id = grant.id ?? [verb.replace(/s$/, ''), plain(there)].join('-')
  if (to.node.tryFindChild(id) !== undefined) return
  const who = [...(own === 'default' ? [] : [own]), job.jobId, ...(group ? [group] : []), ...(task ? [task] : [])]
  const policy = workloadPolicy(to, id, {
    name: policyName(who, verb, there, group),
    description: `${describeGrantee(job.jobId, group, task)} ${verb} the variable ${grant.path}`,
    rules: variableRules(namespace, grant.path, grant.capabilities),
    of: { namespace: own, jobId: job.jobId, group, task },
    provider: job.props.provider,
  })
  job.dependsOn(policy)
}

function place(to: Grantee): { job: Job; group?: string; task?: string } {
  if (to instanceof Job) return { job: to }
  if (to instanceof Group) return { job: to.job, group: to.groupName }
  return { job: to.group.job, group: to.group.groupName, task: to.taskName }
}

function describeGrantee(job: string, group?: string, task?: string): string {
  const inside = [task && `the task ${task}`, group && `the group ${group}`].filter(Boolean).join(' of ')
  return inside ? `${inside.replace(/^t/, 'T')} of the job ${job}` : `The job ${job}`
}

/** What Nomad's own rules let a workload read: the paths that bear its job's, group's and task's names. */
function readableAnyway(grant: VariableGrant, names: readonly (string | undefined)[]): boolean {
  if (grant.capabilities.some((c) => c !== 'read' && c !== 'list')) return false
  const known = names.filter((name) => name !== undefined)
  const paths = known.map((_, i) => ['nomad/jobs', ...known.slice(0, i + 1)].join('/'))
  return ['nomad/jobs', ...paths].includes(grant.path)
}

function variableRules(namespace: string, path: string, capabilities: readonly string[]): string {
  const list = capabilities.map(goString).join(', ')
  return `namespace ${goString(namespace)} {\n  variables {\n    path ${goString(path)} {\n      capabilities = [${list}]\n    }\n  }\n}\n`
}

/** A path as part of a construct's id. */
function plain(path: string): string {
  return path.replaceAll('/', '-')
}

/** Nomad takes letters, digits and `-`, 128 at most. A name that had to be changed gets a mark, so that two never meet. */
function policyName(who: readonly string[], verb: string, path: string, group?: string): string {
  const name = [...who, verb, plain(path.replace(/\/?\*$/, ''))].join('-')
  const safe = name.replace(/[^A-Za-z0-9-]/g, '-')
  const isExact = safe === name && group === undefined && !path.includes('-') && safe.length <= 128
  if (isExact) return safe
  const mark = createHash('sha256')
    .update([...who, verb, path].join('\0'))
    .digest('hex')
    .slice(0, 8)
  return `${safe.slice(0, 119).replace(/-+$/, '')}-${mark}`
}
