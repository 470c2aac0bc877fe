import type { Finding } from '../errors'
import type { ConstraintSpec, JobSpec, TaskGroupSpec } from '../spec'
import { groupsOf, type JobContext, known } from './rule'

/** What a job wants of the cluster that another job may want too. Little, so that it can be kept for thousands. */
export interface Claims {
  readonly path: string
  /** Region, namespace and id; undefined where they are not known at synth. */
  readonly key: string | undefined
  readonly id: string
  readonly type: string
  readonly region: string | undefined
  readonly datacenters: readonly string[]
  readonly pool: string
  readonly ports: readonly PortClaim[]
}

interface PortClaim {
  readonly path: string
  readonly label: string
  readonly network: string
  readonly port: number
  /** Which nodes the group accepts, as texts that can be compared. */
  readonly constraints: ReadonlySet<string>
  /** What the group wants an attribute to be. */
  readonly equal: ReadonlyMap<string, string>
}

/** Names of the rules that look at several jobs of an app. */
export const acrossRules = ['duplicate-job-id', 'static-port-taken', 'static-port-shared'] as const

export function claimsOf(job: JobContext): Claims {
  const { spec, path } = job
  const { id, namespace = '', region } = spec
  return {
    path,
    id,
    key: known(id) && known(namespace) && (region === undefined || known(region)) ? keyOf(spec) : undefined,
    type: spec.type ?? 'service',
    region: known(region) ? region : undefined,
    datacenters: spec.datacenters?.length ? spec.datacenters : ['*'],
    pool: spec.node_pool ?? 'default',
    ports: portClaims(job),
  }
}

function keyOf({ id, namespace, region }: JobSpec): string {
  return `${region ?? ''}\0${namespace ?? ''}\0${id}`
}

const none: readonly PortClaim[] = []

function portClaims(job: JobContext): readonly PortClaim[] {
  let claims = none as PortClaim[]
  for (const { group, path } of groupsOf(job)) {
    for (const network of group.network ?? []) {
      for (const port of network.port ?? []) {
        if (!known(port.static) || port.static <= 0 || port.ignore_collision === true) continue
        const host = port.host_network ?? 'default'
        const wanted = constraintsOf(job.spec, group)
        if (claims === none) claims = []
        claims.push({ path, label: port.label, network: host, port: port.static, ...wanted })
      }
    }
  }
  return claims
}

function constraintsOf(job: JobSpec, group: TaskGroupSpec): Pick<PortClaim, 'constraints' | 'equal'> {
  const all = [
    ...(job.constraint ?? []),
    ...(group.constraint ?? []),
    ...(group.task ?? []).flatMap((task) => task.constraint ?? []),
  ].filter((constraint) => constraint.operator?.startsWith('distinct_') !== true)
  const equal = all.filter((c): c is ConstraintSpec & { attribute: string; value: string } => {
    return /^(?:=|==|is)$/.test(c.operator ?? '=') && known(c.attribute) && known(c.value)
  })
  return {
    constraints: new Set(all.map((c) => `${c.attribute ?? ''} ${c.operator ?? '='} ${c.value ?? ''}`)),
    equal: new Map(equal.map((c) => [c.attribute, c.value])),
  }
}

/** What is wrong between the jobs of an app: each finding is of the later job. */
export function conflicts(jobs: readonly Claims[]): Finding[] {
  const findings: Finding[] = []
  const ids = new Map<string, Claims>()
  const taken = new Map<string, { job: Claims; claim: PortClaim }[]>()
  for (const job of jobs) {
    const other = job.key === undefined ? undefined : ids.get(job.key)
    if (other) findings.push(sameId(job, other))
    else if (job.key !== undefined) ids.set(job.key, job)
    for (const claim of job.ports) {
      const place = `${claim.network}:${claim.port}`
      const others = taken.get(place) ?? []
      const clash = others.map((o) => clashOf(o, { job, claim })).find((finding) => finding !== undefined)
      if (clash) findings.push(clash)
      taken.set(place, [...others, { job, claim }])
    }
  }
  return findings
}

function sameId(job: Claims, other: Claims): Finding {
  return {
    rule: 'duplicate-job-id',
    level: 'error',
    path: job.path,
    problem: `two jobs of the app are the same job in Nomad: the one that is deployed last wins`,
    given: `'${job.id}', which is ${other.path} as well`,
    do: 'give one of them another jobId, namespace or region',
  }
}

interface Holder {
  readonly job: Claims
  readonly claim: PortClaim
}

/** Two groups that want the same port of the same nodes. */
function clashOf(a: Holder, b: Holder): Finding | undefined {
  // within one group another rule tells
  if (a.claim.path === b.claim.path || apart(a, b)) return undefined
  const [every, some] = isEverywhere(a.job) ? [a, b] : [b, a]
  const always = isEverywhere(every.job) && covers(every, some)
  const given = `'${b.claim.label}' and '${a.claim.label}' of ${a.claim.path}, both static ${b.claim.port}`
  return always
    ? {
        rule: 'static-port-taken',
        level: 'error',
        path: b.claim.path,
        problem: `another job has this port on every node that this one can run on`,
        given,
        allowed: 'a port of its own, or other nodes',
        do: 'change one of the ports, or keep the jobs apart by constraints or node pools',
      }
    : {
        rule: 'static-port-shared',
        level: 'warning',
        path: b.claim.path,
        problem: `another job wants the same port, so the two never share a node`,
        given,
        do: 'change one of the ports, or silence this where there are nodes for both',
      }
}

function isEverywhere(job: Claims): boolean {
  return job.type === 'system' || job.type === 'sysbatch'
}

/** Whether no node can run both. */
function apart(a: Holder, b: Holder): boolean {
  if (a.job.region !== undefined && b.job.region !== undefined && a.job.region !== b.job.region) return true
  if (!poolsMeet(a.job.pool, b.job.pool)) return true
  if (!a.job.datacenters.some((x) => b.job.datacenters.some((y) => x === y || isWild(x) || isWild(y)))) return true
  for (const [attribute, value] of a.claim.equal) {
    const other = b.claim.equal.get(attribute)
    if (other !== undefined && other !== value) return true
  }
  return false
}

/** Whether a system job runs on each node that another job can run on. */
function covers(every: Holder, some: Holder): boolean {
  const pool = every.job.pool === 'all' || every.job.pool === some.job.pool
  const here = every.job.datacenters
  const datacenters = here.includes('*') || some.job.datacenters.every((dc) => !isWild(dc) && here.includes(dc))
  return pool && datacenters && [...every.claim.constraints].every((c) => some.claim.constraints.has(c))
}

function isWild(datacenter: string): boolean {
  return !known(datacenter) || /[*?[]/.test(datacenter)
}

function poolsMeet(a: string, b: string): boolean {
  return a === b || a === 'all' || b === 'all' || !known(a) || !known(b)
}
