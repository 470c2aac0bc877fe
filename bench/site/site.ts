import { Api } from '../failover/fleet/api'
import { processesOf } from '../failover/fleet/docker'
import type { Fleet } from '../failover/fleet/fleet'
import { run, until } from '../failover/fleet/run'

/** An allocation of the web tier. */
export interface WebInstance {
  readonly allocation: string
  readonly node: number
}

interface Allocation {
  readonly ID: string
  readonly NodeName: string
  readonly ClientStatus: string
  readonly DesiredStatus: string
}

/** The site of a fleet, as its users and its operators see it. */
export class Site {
  readonly nomad: Api
  readonly consul: Api
  private before: number | undefined
  private lost: number | undefined

  constructor(readonly fleet: Fleet) {
    this.nomad = Api.nomad(fleet)
    this.consul = Api.consul(fleet)
  }

  /** The addresses of its load balancers. */
  get edges(): readonly string[] {
    return this.fleet.nodes.map((node) => `http://${this.fleet.address(node)}`)
  }

  /** A node loses its power. */
  async lose(node: number): Promise<void> {
    this.lost = node
    await run('bootstrap/node', ['kill', String(node), '--fleet', this.fleet.name])
  }

  /** The node that is lost comes back. */
  async bringBack(): Promise<void> {
    if (this.lost === undefined) return
    await run('bootstrap/node', ['start', String(this.lost), '--fleet', this.fleet.name])
    this.lost = undefined
  }

  /** Starts a node that is lost, and gives the web tier the count that it had before the first change. */
  async putBack(): Promise<void> {
    await this.bringBack()
    if (this.before !== undefined && this.before !== (await this.count())) await this.scale(this.before)
  }

  /** The running allocations of a job. */
  async running(job: string): Promise<WebInstance[]> {
    const all = await this.nomad.get<Allocation[]>(`/job/${job}/allocations`)
    return all
      .filter((a) => a.ClientStatus === 'running' && a.DesiredStatus === 'run')
      .map((a) => ({ allocation: a.ID, node: this.fleet.nodeNumber(a.NodeName) }))
  }

  /** How many instances the web tier is to have. */
  async count(): Promise<number> {
    const { TaskGroups } = await this.nomad.get<{ TaskGroups: { Count: number }[] }>('/job/web')
    return TaskGroups[0]?.Count ?? 0
  }

  /** As `nomad job scale web COUNT`. Returns when every load balancer has that many healthy instances, and no other. */
  async scale(count: number, seconds = 180): Promise<void> {
    this.before ??= await this.count()
    const body = { Target: { Group: 'web' }, Count: count, Message: 'bench/site' }
    // Nomad takes no count while a deployment goes on.
    await until('the web tier takes a count', seconds, () => this.nomad.send('POST', '/job/web/scale', body), 1)
    await until(`${count} instances of web behind every load balancer`, seconds, async () => {
      const seen = await Promise.all(this.fleet.nodes.map((node) => this.serversOf(node)))
      const wrong = seen.find(
        (servers) => servers.length !== count || servers.some((status) => !status.startsWith('UP')),
      )
      if (wrong) throw new Error(`a load balancer has ${wrong.join(', ') || 'none'}`)
      return (await this.running('web')).length === count
    })
  }

  /** What the load balancer of a node says of each instance of the web tier. */
  private async serversOf(node: number): Promise<string[]> {
    const answer = await fetch(`http://${this.fleet.address(node)}:8404/;csv`, { signal: AbortSignal.timeout(3000) })
    const rows = (await answer.text()).split('\n').map((line) => line.split(','))
    const status = rows[0]?.indexOf('status') ?? -1
    return rows.filter(([proxy, server]) => proxy === 'web' && server !== 'BACKEND').map((row) => row[status] ?? '')
  }

  /** A process of the Hapi server of an instance, whose network namespace it is. */
  async serverProcess({ node, allocation }: WebInstance): Promise<number> {
    const [pid] = await processesOf(this.fleet, node, 'server', allocation, 'node')
    if (pid === undefined) throw new Error(`no node process runs in ${allocation}`)
    return pid
  }
}
