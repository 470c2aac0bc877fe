import type { IConstruct } from 'constructs'
import type { Finding } from '../errors'
import { revision } from '../revision'
import { type Claims, conflicts } from './across'

/** A job that can say what it wants of the cluster. */
export interface Claimant extends IConstruct {
  claims(): Claims
}

interface Found {
  readonly revision: number
  readonly byJob: ReadonlyMap<string, readonly Finding[]>
}

const found = new WeakMap<IConstruct, Found>()
const nothing: readonly Finding[] = []

/** What is wrong between a job and the others of its app. All jobs are compared once for each state of the tree. */
export function togetherOf(job: Claimant): readonly Finding[] {
  const { root } = job.node
  let all = found.get(root)
  if (all?.revision !== revision()) {
    const clusters = new Map<string, Claims[]>()
    const providers = new Map<IConstruct, unknown>()
    for (const one of root.node.findAll().filter(isClaimant)) {
      const cluster = clusterOf(one, providers)
      const jobs = clusters.get(cluster)
      if (jobs) jobs.push(one.claims())
      else clusters.set(cluster, [one.claims()])
    }
    all = { revision: revision(), byJob: byJob([...clusters.values()].flatMap((jobs) => conflicts(jobs))) }
    found.set(root, all)
  }
  if (all.byJob.size === 0) return nothing
  return [...all.byJob].flatMap(([path, findings]) => (isWithin(path, job.node.path) ? findings : nothing))
}

function byJob(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const map = new Map<string, Finding[]>()
  for (const finding of findings) map.set(finding.path, [...(map.get(finding.path) ?? []), finding])
  return map
}

function isWithin(path: string, job: string): boolean {
  return path === job || path.startsWith(`${job}/`)
}

/**
 * Address and region of the Terraform provider that a job is registered by: jobs of two clusters are strangers.
 * @param providers of the stacks, looked for once: a stack with thousands of jobs has thousands of children
 */
function clusterOf(job: IConstruct, providers: Map<IConstruct, unknown>): string {
  const own: readonly unknown[] = job.node.children.map((child) => ('provider' in child ? child.provider : undefined))
  const stack = job.node.scopes[1]
  if (stack && !providers.has(stack)) providers.set(stack, stack.node.children.find(isNomad))
  const beside = stack && providers.get(stack)
  const provider = own.find(isNomad) ?? (isNomad(beside) ? beside : undefined)
  return provider === undefined ? '' : `${String(provider.addressInput)} ${String(provider.regionInput)}`
}

function isNomad(value: unknown): value is { addressInput: unknown; regionInput: unknown } {
  return typeof value === 'object' && value !== null && 'addressInput' in value && 'regionInput' in value
}

function isClaimant(construct: IConstruct): construct is Claimant {
  return 'claims' in construct
}
