import type { Cluster } from 'nomad-engine'
import { PlannerError } from './problem'

/** Whom to ask. */
export interface NomadAddress {
  /** @default - `NOMAD_ADDR`, or http://127.0.0.1:4646 */
  readonly address?: string
  /** Needs `read-job` in each namespace and `node:read`. @default - `NOMAD_TOKEN`, or none */
  readonly token?: string
  /** @default - `NOMAD_REGION`, or that of the agent that is asked */
  readonly region?: string
}

/** Questions that are on the way at the same time. */
const AT_ONCE = 16

type Item = { readonly ID: string; readonly Namespace?: string; readonly [field: string]: unknown }

/**
 * A running cluster as Nomad's API shows it now: nodes, jobs and allocations of all namespaces. Reads only.
 * @throws PlannerError where Nomad can't be asked, or doesn't tell
 */
export async function clusterFromNomad(where: NomadAddress = {}): Promise<Cluster> {
  const nomad = new Nomad(where)
  const everywhere = 'namespace=*'
  const [nodeStubs, jobStubs, allocations] = await Promise.all([
    nomad.get<Item[]>('/v1/nodes'),
    nomad.get<Item[]>(`/v1/jobs?${everywhere}`),
    nomad.get<Item[]>(`/v1/allocations?${everywhere}&resources=true`),
  ])
  const [nodes, jobs] = await Promise.all([
    eachOf(nodeStubs, ({ ID }) => nomad.find<Item>(`/v1/node/${ID}`)),
    eachOf(jobStubs, ({ ID, Namespace = 'default' }) =>
      nomad.find<Item>(`/v1/job/${encodeURIComponent(ID)}?namespace=${encodeURIComponent(Namespace)}`),
    ),
  ])
  const known = new Set(jobs.map(({ Namespace, ID }) => `${Namespace}/${ID}`))
  const [deployments, nodePools, namespaces, volumes, configuration] = await Promise.all([
    nomad.get<(Item & { readonly JobID: string })[]>(`/v1/deployments?${everywhere}`),
    nomad.get<{ readonly Name: string }[]>('/v1/node/pools'),
    nomad.get<{ readonly Name: string }[]>('/v1/namespaces'),
    // Since 1.10; who may not list them, or has an older Nomad, has none that a job could ask for.
    nomad.getOr<Item[]>(`/v1/volumes?type=host&${everywhere}`, []),
    // For operators only; without it, Nomad's own configuration is as good a guess as any.
    nomad.getOr<{ readonly SchedulerConfig?: Cluster['schedulerConfig'] }>('/v1/operator/scheduler/configuration', {}),
  ])
  return {
    nodes,
    jobs,
    // What is left of a job that is gone holds nothing.
    allocations: allocations.filter((one) => known.has(`${String(one['Namespace'])}/${String(one['JobID'])}`)),
    deployments: deployments.filter(({ Status }) => Status === 'running'),
    // Those that each Nomad has can't be made anew.
    nodePools: nodePools.filter(({ Name }) => Name !== 'all' && Name !== 'default'),
    namespaces,
    volumes: await eachOf(volumes, ({ ID, Namespace = 'default' }) =>
      nomad.find<Item>(`/v1/volume/host/${ID}?namespace=${encodeURIComponent(Namespace)}`),
    ),
    schedulerConfig: configuration.SchedulerConfig,
  }
}

class Nomad {
  private readonly address: string
  private readonly headers: Readonly<Record<string, string>>
  private readonly region: string | undefined

  constructor({ address, token, region }: NomadAddress) {
    this.address = (address ?? (process.env['NOMAD_ADDR'] || 'http://127.0.0.1:4646')).replace(/\/+$/, '')
    const secret = token ?? process.env['NOMAD_TOKEN']
    this.headers = secret ? { 'X-Nomad-Token': secret } : {}
    this.region = region ?? (process.env['NOMAD_REGION'] || undefined)
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.ask(path)
    if (!response.ok) throw await this.refusedBy(path, response)
    return (await response.json()) as T
  }

  /** Nothing where there is no such thing: it may go between the list and this question. */
  async find<T>(path: string): Promise<T | undefined> {
    const response = await this.ask(path)
    if (response.status === 404) return undefined
    if (!response.ok) throw await this.refusedBy(path, response)
    return (await response.json()) as T
  }

  /** The other answer where Nomad doesn't give one: it may not tell, or not know the question. */
  async getOr<T>(path: string, otherwise: T): Promise<T> {
    const response = await this.ask(path)
    return response.ok ? ((await response.json()) as T) : otherwise
  }

  private async ask(path: string): Promise<Response> {
    const region = this.region === undefined ? '' : `${path.includes('?') ? '&' : '?'}region=${this.region}`
    try {
      return await fetch(`${this.address}${path}${region}`, {
        headers: this.headers,
        signal: AbortSignal.timeout(30_000),
      })
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      throw this.refused(path, cause instanceof Error ? cause.message : String(cause))
    }
  }

  private async refusedBy(path: string, response: Response): Promise<PlannerError> {
    return this.refused(path, `${response.status} ${(await response.text()).trim()}`)
  }

  private refused(path: string, said: string): PlannerError {
    return new PlannerError({
      what: 'Nomad can not be asked',
      given: `GET ${this.address}${path}: ${said}`,
      allowed: 'an agent of a running cluster, and a token that may read jobs in all namespaces and nodes',
      do: 'set NOMAD_ADDR and NOMAD_TOKEN (of the virtual fleet: eval "$(bootstrap/env)")',
    })
  }
}

/** As `Promise.all`, but a few at a time, and without what is not there any more. */
async function eachOf<T, R>(items: readonly T[], ask: (item: T) => Promise<R | undefined>): Promise<R[]> {
  const answers: R[] = []
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const some = await Promise.all(items.slice(i, i + AT_ONCE).map(ask))
    answers.push(...some.filter((answer) => answer !== undefined))
  }
  return answers
}
