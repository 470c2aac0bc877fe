import { isServer } from './addresses.js'
import { agentPidFile, AGENTS } from './agents.js'
import { type MemoryUse, nodeCgroup } from './cgroup.js'
import { consulApi, consulServer, nomadApi, nomadServer } from './clients.js'
import { isPlugged } from './network.js'
import { nodeHasProcesses } from './node.js'
import type { Fleet } from './options.js'
import { isAlive, readIdentity, uptimeOf } from './processes.js'
import { nodeNumbers } from './state.js'
import { type JobStatus, readJobs, readServices, type ServiceStatus } from './workloads.js'

export interface NodeStatus {
  readonly number: number
  readonly name: string
  readonly address: string
  readonly role: 'server and client' | 'client'
  /** `ready` when all of it works; `dead` when nothing of it runs; `starting` or what is missing otherwise. */
  readonly state: string
  readonly leader: readonly ('consul' | 'nomad')[]
  readonly memory?: MemoryUse
  /** Seconds since its Nomad agent started. */
  readonly uptime?: number
}

export interface FleetStatus {
  readonly fleet: string
  readonly network: string
  readonly nodes: readonly NodeStatus[]
  readonly jobs: readonly JobStatus[]
  readonly services: readonly ServiceStatus[]
  /** What `shoal/mysql/primary` says, as it is there. */
  readonly mysqlPrimary?: unknown
  /** What the last analysis left in `shoal/analysis/latest`. */
  readonly analysis?: unknown
  readonly site?: string
  readonly nomad: string
  readonly consul: string
}

/** How a fleet is, by what its kernel groups, Nomad and Consul say now; parts that don't answer are left empty. */
export async function fleetStatus(fleet: Fleet): Promise<FleetStatus> {
  const { addresses, description } = fleet
  const [nomadAt, consulAt] = await Promise.all([nomadServer(fleet), consulServer(fleet)])
  const nomad = nomadAt === undefined ? undefined : nomadApi(fleet, nomadAt)
  const consul = consulAt === undefined ? undefined : consulApi(fleet, consulAt)
  const [inNomad, nomadLeader, consulLeader, jobs, services, mysqlPrimary, analysis] = await Promise.all([
    nomad?.try<{ Name: string; Status: string; SchedulingEligibility: string }[]>('/v1/nodes'),
    nomad?.try<string>('/v1/status/leader'),
    consul?.try<string>('/v1/status/leader'),
    nomad ? readJobs(nomad) : [],
    consul ? readServices(consul) : [],
    consul?.try<unknown>('/v1/kv/shoal/mysql/primary?raw'),
    consul?.try<unknown>('/v1/kv/shoal/analysis/latest?raw'),
  ])
  const nodes = await Promise.all(
    nodeNumbers(fleet).map(async (n): Promise<NodeStatus> => {
      const name = addresses.nodeName(n)
      const known = inNomad?.find((one) => one.Name === name)
      const leads = (leader?: string): boolean => leader?.startsWith(`${addresses.node(n)}:`) ?? false
      return {
        number: n,
        name,
        address: addresses.node(n),
        role: isServer(n, description.nodes) ? 'server and client' : 'client',
        state: await nodeState(fleet, n, known),
        leader: [
          ...(leads(consulLeader) ? (['consul'] as const) : []),
          ...(leads(nomadLeader) ? (['nomad'] as const) : []),
        ],
        memory: nodeHasProcesses(fleet, n) ? await nodeCgroup(fleet.description.name, n).memory() : undefined,
        uptime: uptimeOf(readIdentity(agentPidFile(fleet, n, 'nomad'))),
      }
    }),
  )
  return {
    fleet: description.name,
    network: addresses.network,
    nodes,
    jobs,
    services,
    mysqlPrimary,
    analysis,
    site: description.publish ? `http://localhost:${description.publish.site}` : undefined,
    nomad: nomad?.url ?? '',
    consul: consul?.url ?? '',
  }
}

async function nodeState(
  fleet: Fleet,
  n: number,
  known: { Status: string; SchedulingEligibility: string } | undefined,
): Promise<string> {
  if (!nodeHasProcesses(fleet, n)) return 'dead'
  const missing = AGENTS.filter((agent) => !isAlive(readIdentity(agentPidFile(fleet, n, agent))))
  if (missing.length > 0) return `without ${missing.join(', ')}`
  if (!(await isPlugged(fleet.addresses, n))) return 'cut off'
  if (known === undefined) return 'starting'
  return known.Status === 'ready' && known.SchedulingEligibility === 'ineligible' ? 'ineligible' : known.Status
}
