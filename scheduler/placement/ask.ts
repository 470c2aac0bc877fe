import type { AllocatedView, GroupView, TaskLifecycle } from './api'

/** MHz, MB and MB. */
export interface Amount {
  /** MHz. */
  readonly cpu: number
  /** MB. */
  readonly memory: number
  /** MB. */
  readonly disk: number
}

export const nothing: Amount = { cpu: 0, memory: 0, disk: 0 }

/** Both together. */
export const plus = (a: Amount, b: Amount): Amount => ({
  cpu: a.cpu + b.cpu,
  memory: a.memory + b.memory,
  disk: a.disk + b.disk,
})

interface Part {
  readonly cpu: number
  readonly memory: number
  /** It has whole cores, which nobody else can have while another of the tasks runs. */
  readonly ownCores: boolean
  readonly lifecycle: TaskLifecycle | null | undefined
}

/**
 * What tasks take of a node together, as Nomad counts it (`AllocatedResources.Comparable`): tasks that end before others
 * start don't add up, so that the largest of the three phases counts.
 */
function together(parts: readonly Part[], disk: number): Amount {
  const [before, main, after] = [
    { cpu: 0, memory: 0 },
    { cpu: 0, memory: 0 },
    { cpu: 0, memory: 0 },
  ]
  let cores = 0
  for (const part of parts) {
    if (part.ownCores) cores += part.cpu
    for (const phase of phasesOf(part.lifecycle, { before, main, after })) {
      phase.cpu += part.ownCores ? 0 : part.cpu
      phase.memory += part.memory
    }
  }
  return {
    cpu: cores + Math.max(before.cpu, main.cpu, after.cpu),
    memory: Math.max(before.memory, main.memory, after.memory),
    disk,
  }
}

function phasesOf<T>(lifecycle: TaskLifecycle | null | undefined, phases: { before: T; main: T; after: T }): T[] {
  switch (lifecycle?.Hook) {
    case 'prestart':
      return lifecycle.Sidecar ? [phases.before, phases.main] : [phases.before]
    case 'poststop':
      return [phases.after]
    default:
      return [phases.main]
  }
}

/** What an allocation has. */
export function heldBy({ Tasks, TaskLifecycles, Shared }: AllocatedView): Amount {
  const parts = Object.entries(Tasks).map(([name, { Cpu, Memory }]) => ({
    cpu: Cpu.CpuShares,
    memory: Memory.MemoryMB,
    ownCores: (Cpu.ReservedCores ?? []).length > 0,
    lifecycle: TaskLifecycles?.[name],
  }))
  return together(parts, Shared.DiskMB)
}

/**
 * What an allocation of the group will need.
 * @param coreMhz how fast a core is, for tasks that ask for whole ones
 */
export function askedBy(group: GroupView, coreMhz: number): Amount {
  const parts = (group.Tasks ?? []).map(({ Resources, Lifecycle }) => ({
    cpu: Resources?.Cores ? Resources.Cores * coreMhz : (Resources?.CPU ?? 100),
    memory: Resources?.MemoryMB ?? 300,
    ownCores: Boolean(Resources?.Cores),
    lifecycle: Lifecycle,
  }))
  return together(parts, group.EphemeralDisk?.SizeMB ?? 300)
}
