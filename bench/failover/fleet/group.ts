import { Api, ApiError } from './api'
import type { Fleet } from './fleet'
import { type Instance, instanceOf } from './instances'

interface Allocation {
  readonly ID: string
  readonly NodeName: string
  readonly ClientStatus: string
  readonly DesiredStatus: string
  readonly TaskGroup: string
}

interface Job {
  readonly TaskGroups: { readonly Name: string; Count: number }[]
  Meta: Record<string, string> | null
}

export const JOB = 'mysql'
const AGENT = 3311

/** The MySQL group as Nomad, Consul and the agents see it. */
export class Group {
  readonly nomad: Api
  readonly consul: Api

  constructor(readonly fleet: Fleet) {
    this.nomad = Api.nomad(fleet)
    this.consul = Api.consul(fleet)
  }

  async job(): Promise<Job> {
    return this.nomad.get<Job>(`/job/${JOB}`)
  }

  /** How many instances there should be. */
  async count(): Promise<number> {
    return (await this.job()).TaskGroups[0]?.Count ?? 0
  }

  /** The instances that Nomad runs. */
  async instances(): Promise<Instance[]> {
    const all = await this.nomad.get<Allocation[]>(`/job/${JOB}/allocations`)
    return all
      .filter(({ ClientStatus, DesiredStatus }) => ClientStatus === 'running' && DesiredStatus === 'run')
      .map(({ ID, NodeName }) => instanceOf(this.fleet, this.fleet.nodeNumber(NodeName), ID))
      .sort((a, b) => a.node - b.node)
  }

  /** Name of the primary that Consul has on record. */
  async recorded(): Promise<string | undefined> {
    try {
      const found = await this.consul.get<{ instance?: string }>('/kv/shoal/mysql/primary?raw')
      return found.instance
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined
      throw error
    }
  }

  /** Why the agent of an instance says no to `path`; undefined when it says yes. */
  async refusal(instance: Instance, path: string): Promise<string | undefined> {
    try {
      const url = `http://${this.fleet.address(instance.node)}:${AGENT}${path}`
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
      const text = (await response.text()).trim()
      return response.ok ? undefined : text || String(response.status)
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      return `its agent does not answer (${cause instanceof Error ? cause.message : String(cause)})`
    }
  }

  /**
   * Whether the group is whole: as many instances as the job says, the recorded one is the primary and nobody else, all
   * others replicate and are at most 5 s behind.
   *
   * @throws Error that says what is not
   */
  async whole(): Promise<{ primary: Instance; replicas: Instance[] }> {
    const [count, instances, recorded] = await Promise.all([this.count(), this.instances(), this.recorded()])
    if (instances.length !== count) throw new Error(`${instances.length} of ${count} instances run`)
    const primary = instances.find(({ name }) => name === recorded)
    if (!primary) throw new Error(`the primary on record is ${recorded ?? 'nobody'}, which does not run`)
    const replicas = instances.filter((one) => one !== primary)
    const asPrimary = await Promise.all(instances.map((one) => this.refusal(one, '/primary')))
    const others = instances.filter((one, i) => asPrimary[i] === undefined && one !== primary)
    if (others.length > 0) throw new Error(`${others.map(({ name }) => name).join(', ')} also say they are the primary`)
    const own = asPrimary[instances.indexOf(primary)]
    if (own !== undefined) throw new Error(`the primary ${primary.name}: ${own}`)
    const asReplica = await Promise.all(replicas.map((one) => this.refusal(one, '/replica?max_lag=5s')))
    const lagging = replicas.flatMap((one, i) => (asReplica[i] === undefined ? [] : [`${one.name}: ${asReplica[i]}`]))
    if (lagging.length > 0) throw new Error(lagging.join('; '))
    return { primary, replicas }
  }

  /** The application's password. */
  async password(): Promise<string> {
    const { Items } = await this.nomad.get<{ Items: Record<string, string> }>('/var/shoal/mysql')
    return Items['app_password'] ?? ''
  }
}
