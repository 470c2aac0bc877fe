import { createHash } from 'node:crypto'
import { goString } from './consul-template'
import { Group } from './group'
import type { Provider } from './host'
import { type WorkloadScope, workloadPolicy } from './host/resources'
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
 * What a workload may do in a namespace, by Nomad's own names. Nomad 1.11.3 has finer ones than `submit-job` and
 * `alloc-lifecycle` (`register-job`, `evaluate-job`, `gc-allocation`, ...), which 1.10 refuses.
 * https://developer.hashicorp.com/nomad/docs/other-specifications/acl-policy
 */
export type NamespaceCapability =
  | 'alloc-exec'
  | 'alloc-lifecycle'
  | 'alloc-node-exec'
  | 'cancel-deployment'
  | 'csi-list-volume'
  | 'csi-mount-volume'
  | 'csi-read-volume'
  | 'csi-register-plugin'
  | 'csi-write-volume'
  | 'delete-service-registration'
  | 'deregister-job'
  | 'dispatch-job'
  | 'evaluate-job'
  | 'fail-deployment'
  | 'force-periodic-job'
  | 'gc-allocation'
  | 'host-volume-create'
  | 'host-volume-delete'
  | 'host-volume-read'
  | 'host-volume-register'
  | 'host-volume-write'
  | 'list-jobs'
  | 'list-scaling-policies'
  | 'parse-job'
  | 'pause-allocation'
  | 'pause-deployment'
  | 'plan-job'
  | 'promote-deployment'
  | 'purge-job'
  | 'read-fs'
  | 'read-job'
  | 'read-job-scaling'
  | 'read-logs'
  | 'read-scaling-policy'
  | 'register-job'
  | 'revert-job'
  | 'scale-job'
  | 'set-alloc-health-deployment'
  | 'stable-job'
  | 'submit-job'
  | 'tag-job-version'
  | 'unblock-deployment'

/** What is granted in a namespace. */
export interface CapabilityGrant {
  /** What it may do there, with every job of the namespace. */
  readonly capabilities: readonly NamespaceCapability[]
  /** @default - the job's own */
  readonly namespace?: string
  /** A word for the policy's name: `deployer-<verb>-default`. @default 'uses' */
  readonly verb?: string
  /** Id of the policy's construct. @default - by verb and namespace */
  readonly id?: string
}

/**
 * Lets a job, a group or a task use Nomad's API: an ACL policy for its workload identity, which the job waits for. The task
 * gets its token by `Identity.default({ env: true })`, or in a file.
 * @example grantCapabilities(job, { capabilities: ['read-job', 'dispatch-job'] })
 */
export function grantCapabilities(to: Grantee, grant: CapabilityGrant): void {
  const { own, who, of, provider } = workload(to)
  const namespace = grant.namespace ?? own
  const verb = grant.verb ?? 'uses'
  const id = grant.id ?? [verb.replace(/s$/, ''), namespace].join('-')
  if (to.node.tryFindChild(id) !== undefined) return
  const policy = workloadPolicy(to, id, {
    name: policyName(who, verb, namespace, of.group),
    description: `${describeGrantee(of)} has ${grant.capabilities.join(', ')} in the namespace ${namespace}`,
    rules: `namespace ${goString(namespace)} {\n  capabilities = [${grant.capabilities.map(goString).join(', ')}]\n}\n`,
    of,
    provider,
  })
  jobOf(to).dependsOn(policy)
}

/**
 * Lets a job, a group or a task use Nomad variables: an ACL policy for its workload identity, which the job waits for.
 * Nothing is made where Nomad allows it anyway: each task may read `nomad/jobs`, `nomad/jobs/<its job>`, and so on below.
 */
export function grantVariables(to: Grantee, grant: VariableGrant): void {
  const { own, who, of, provider } = workload(to)
  const namespace = grant.namespace ?? own
  if (namespace === own && readableAnyway(grant, [of.jobId, of.group, of.task])) return
  const verb = grant.verb ?? (grant.capabilities.includes('write') ? 'writes' : 'reads')
  const there = namespace === own ? grant.path : `${grant.path}@${namespace}`
  const id = grant.id ?? [verb.replace(/s$/, ''), plain(there)].join('-')
  if (to.node.tryFindChild(id) !== undefined) return
  const policy = workloadPolicy(to, id, {
    name: policyName(who, verb, there, of.group),
    description: `${describeGrantee(of)} ${verb} the variable ${grant.path}`,
    rules: variableRules(namespace, grant.path, grant.capabilities),
    of,
    provider,
  })
  jobOf(to).dependsOn(policy)
}

/** Whom a policy holds for. */
interface Workload {
  /** The job's namespace. */
  readonly own: string
  /** The words of the policy's name. */
  readonly who: readonly string[]
  readonly of: WorkloadScope
  readonly provider: Provider | undefined
}

function workload(to: Grantee): Workload {
  const { jobId, props } = jobOf(to)
  const own = props.namespace ?? props.raw?.namespace ?? 'default'
  const group = to instanceof Group ? to.groupName : to instanceof Task ? to.group.groupName : undefined
  const task = to instanceof Task ? to.taskName : undefined
  const who = [...(own === 'default' ? [] : [own]), jobId, ...(group ? [group] : []), ...(task ? [task] : [])]
  return { own, who, of: { namespace: own, jobId, group, task }, provider: props.provider }
}

function jobOf(to: Grantee): Job {
  if (to instanceof Job) return to
  return to instanceof Group ? to.job : to.group.job
}

function describeGrantee({ jobId, group, task }: WorkloadScope): string {
  const inside = [task && `the task ${task}`, group && `the group ${group}`].filter(Boolean).join(' of ')
  return inside ? `${inside.replace(/^t/, 'T')} of the job ${jobId}` : `The job ${jobId}`
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
