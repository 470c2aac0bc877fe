import type { ApiNode, ShortNode } from 'nomad-engine'
import type { NodeView } from './api'
import { type Amount, nothing } from './ask'
import type { ReservingNode } from './nodes'
import type { Scheduler } from './scheduler'

interface Core {
  readonly ID: number
  readonly Disable?: boolean
  readonly BaseSpeed?: number
  readonly MaxSpeed?: number
  readonly GuessSpeed?: number
}

interface Topology {
  readonly Cores?: readonly Core[]
  readonly OverrideTotalCompute?: number
}

interface Resources {
  readonly NodeResources?: {
    readonly Processors?: { readonly Topology?: Topology }
    readonly Memory?: { readonly MemoryMB?: number }
    readonly Disk?: { readonly DiskMB?: number }
  }
  readonly ReservedResources?: {
    readonly Cpu?: { readonly CpuShares?: number }
    readonly Memory?: { readonly MemoryMB?: number }
    readonly Disk?: { readonly DiskMB?: number }
  }
}

/** Every node in the API's form, with what its agents keep of it. */
export async function expand(
  given: readonly (ShortNode | ApiNode | ReservingNode)[],
  scheduler: Scheduler,
): Promise<readonly NodeView[]> {
  const expanded = (await scheduler.nodes(given)) as unknown as readonly NodeView[]
  const from = given.flatMap((node) => Array.from({ length: isShort(node) ? (node.count ?? 1) : 1 }, () => node))
  return expanded.map((node, index) => {
    const source = from[index]
    const kept = source && isShort(source) ? source.reserved : undefined
    if (!kept) return node
    const reserved = (node as Resources).ReservedResources
    return {
      ...node,
      ReservedResources: {
        ...reserved,
        Cpu: { ...reserved?.Cpu, CpuShares: kept.cpu },
        Memory: { MemoryMB: kept.memory },
      },
    }
  })
}

const isShort = (node: ShortNode | ApiNode | ReservingNode): node is ReservingNode => 'cpu' in node && 'memory' in node

/** What a node has for jobs: all of it but what its agents keep. */
export function capacityOf(node: NodeView): Amount {
  const { NodeResources: all, ReservedResources: kept } = node as Resources
  if (!all) return nothing
  const topology = all.Processors?.Topology
  const cpu = topology?.OverrideTotalCompute || (topology?.Cores ?? []).reduce((sum, core) => sum + mhzOf(core), 0)
  return {
    cpu: cpu - (kept?.Cpu?.CpuShares ?? 0),
    memory: (all.Memory?.MemoryMB ?? 0) - (kept?.Memory?.MemoryMB ?? 0),
    disk: (all.Disk?.DiskMB ?? 0) - (kept?.Disk?.DiskMB ?? 0),
  }
}

/** The cores that jobs may have for themselves. */
export function coresOf(node: NodeView): readonly { readonly id: number; readonly mhz: number }[] {
  const cores = (node as Resources).NodeResources?.Processors?.Topology?.Cores ?? []
  return cores.filter(({ Disable }) => Disable !== true).map((core) => ({ id: core.ID, mhz: mhzOf(core) }))
}

const mhzOf = ({ BaseSpeed, MaxSpeed, GuessSpeed }: Core): number => BaseSpeed || MaxSpeed || GuessSpeed || 0

/** Whether Nomad places anything on it. */
export const isReady = ({ Status, SchedulingEligibility }: NodeView): boolean =>
  Status === 'ready' && SchedulingEligibility !== 'ineligible'
