import type { ResourcesSpec } from './spec'
import type { Cpu, Memory } from './units'

/** What a task may use. */
export interface Resources {
  /** @default - Nomad's: 100 MHz */
  readonly cpu?: Cpu
  /** A limit: a task that goes above it is killed. */
  readonly memory: Memory
  /**
   * How far above `memory` the task may go where its node has some left. Nomad ignores it unless memory
   * oversubscription is on in the cluster.
   * @default - no more than `memory`
   */
  readonly memoryMax?: Memory
  /** Devices that the task needs, e.g. `nvidia/gpu`. @default - none */
  readonly devices?: readonly { readonly name: string; readonly count?: number }[]
  /** Where cores of its own should lie. @default 'none' */
  readonly numaAffinity?: 'none' | 'prefer' | 'require'
  /** Size of the task's secrets directory. @default - Nomad's: 1 MiB */
  readonly secrets?: Memory
}

/** Resources as the spec has them; what is left out stays out. */
export function resourcesSpec(resources: Partial<Resources>): ResourcesSpec {
  const { cpu, memory, memoryMax, devices, numaAffinity, secrets } = resources
  return {
    cpu: cpu?.unit === 'mhz' ? cpu.amount : undefined,
    cores: cpu?.unit === 'cores' ? cpu.amount : undefined,
    memory: memory?.toMebibytes,
    memory_max: memoryMax?.toMebibytes,
    secrets: secrets?.toMebibytes,
    device: devices?.map((device) => ({ name: device.name, count: device.count })),
    numa: numaAffinity === undefined ? undefined : { affinity: numaAffinity },
  }
}
