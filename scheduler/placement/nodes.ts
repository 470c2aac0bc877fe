import type { Cluster, ShortNode } from 'nomad-engine'
import { Cpu, Memory, type Size } from '../../nomad/units'
import { PlannerError } from './problem'

/** What a node's own agents get; nothing is placed on it (`client.reserved` of Nomad's configuration). */
export interface Reserved {
  /** @default - none */
  readonly cpu?: Cpu
  /** @default - none */
  readonly memory?: Memory
}

/** A node that needn't exist. */
export interface NodeProps {
  /** All that Nomad knows of: `Cpu.mhz(...)`. */
  readonly cpu: Cpu
  /** All that Nomad knows of. */
  readonly memory: Memory
  /** Of these. @default - none */
  readonly reserved?: Reserved
  /** Logical cores, for jobs that ask for whole ones. @default - one for each 1000 MHz, at least 1 */
  readonly cores?: number
  /** @default - 100 GiB */
  readonly disk?: Size
  /** The nodes are called `<name>-1`, `<name>-2` ... @default 'node' */
  readonly name?: string
  /** @default 'dc1' */
  readonly datacenter?: string
  /** @default 'default' */
  readonly nodePool?: string
  /** @default '' */
  readonly nodeClass?: string
  /** Meta of each node, or of the n-th, counted from 1. @default {} */
  readonly meta?: Readonly<Record<string, string>> | ((n: number) => Readonly<Record<string, string>>)
  /** Besides those that a plain Linux client has, with Consul, Vault and the CNI plugins. @default {} */
  readonly attributes?: Readonly<Record<string, string>>
  /** Task drivers. @default - docker, exec, raw_exec, java, qemu */
  readonly drivers?: readonly string[]
  /** Names of static host volumes. @default [] */
  readonly hostVolumes?: readonly string[]
  /** Names of host networks, besides the default one. @default [] */
  readonly hostNetworks?: readonly string[]
  /** Ports that jobs can't have, such as `22,8000-8010`. @default - none */
  readonly reservedPorts?: string
}

/** A node in a few words, with what its agents keep of it. */
export interface ReservingNode extends ShortNode {
  /** MHz and MB that its agents keep. */
  readonly reserved?: { readonly cpu: number; readonly memory: number }
}

/** Nodes that needn't exist, with nothing on them. Clusters are put together by `nodes: [...a.nodes, ...b.nodes]`. */
export interface EmptyCluster extends Cluster {
  readonly nodes: readonly ReservingNode[]
}

/** The most nodes that one call makes. */
const MOST = 10_000

/**
 * As many nodes as these, all alike but for their names and what `meta` says.
 * @throws PlannerError for a count that is no whole number from 1 to 10,000, and for a processor given in cores
 */
export function nodes(count: number, props: NodeProps): EmptyCluster {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new PlannerError({
      what: 'so many nodes there can not be',
      given: String(count),
      allowed: `a whole number from 1 to ${MOST}`,
      do: 'give the number of nodes of the cluster',
    })
  }
  const [cpu, kept] = [mhz(props.cpu), props.reserved?.cpu ? mhz(props.reserved.cpu) : 0]
  const { meta = {} } = props
  return {
    nodes: Array.from({ length: count }, (_, index) => ({
      name: `${props.name ?? 'node'}-${index + 1}`,
      cpu,
      memory: props.memory.toMebibytes,
      reserved: { cpu: kept, memory: props.reserved?.memory?.toMebibytes ?? 0 },
      cores: props.cores,
      disk: props.disk?.toMebibytes(),
      datacenter: props.datacenter,
      pool: props.nodePool,
      class: props.nodeClass,
      meta: typeof meta === 'function' ? meta(index + 1) : meta,
      attributes: props.attributes,
      drivers: props.drivers,
      hostVolumes: props.hostVolumes,
      hostNetworks: props.hostNetworks,
      reservedPorts: props.reservedPorts,
    })),
  }
}

function mhz(cpu: Cpu): number {
  if (cpu.unit === 'mhz') return cpu.amount
  throw new PlannerError({
    what: 'a node has its processor in MHz: how fast a core of it is, nobody can know',
    given: `Cpu.cores(${cpu.amount})`,
    allowed: 'Cpu.mhz(...) of all cores together, as Nomad shows it; the number of cores goes into `cores`',
    do: `write { cpu: Cpu.mhz(${cpu.amount * 1000}), cores: ${cpu.amount} } for cores of 1000 MHz`,
  })
}

/**
 * The reference node, as `bootstrap/fleet/config/nomad.ts` configures its client: 2 cores of 1330 MHz and 2048 MB, of which the
 * agents (Docker, Consul, Nomad) keep 260 MHz and 320 MB; the platform's three host volumes; Docker alone; the first
 * three nodes are MySQL's homes. A test holds these figures to those of the fleet.
 */
const minnowboard: NodeProps = {
  name: 'minnow',
  cpu: Cpu.mhz(2660),
  cores: 2,
  memory: Memory.mebibytes(2048),
  reserved: { cpu: Cpu.mhz(260), memory: Memory.mebibytes(320) },
  drivers: ['docker'],
  hostVolumes: ['mysql', 'cassandra', 'backup'],
  meta: (n): Readonly<Record<string, string>> => (n <= 3 ? { mysql: 'home' } : {}),
}

/**
 * A cluster of reference nodes (Minnowboards: 2 cores of 1330 MHz, 2048 MB), called `minnow-1`, `minnow-2` ..., as a
 * fleet of `bootstrap/up` has them. What each leaves for jobs: 2400 MHz and 1728 MB.
 * @param props what is different about them
 * @example expect(app).to.fitOn(minnowboards(5), { losing: 1 })
 */
export function minnowboards(count: number, props: Partial<NodeProps> = {}): EmptyCluster {
  return nodes(count, { ...minnowboard, ...props })
}
