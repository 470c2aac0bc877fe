import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../problem.js'
import { signal } from './processes.js'

/** The memory of one node, everything on it included, in MiB. */
export const NODE_MEMORY_MB = 2048

const ROOT = '/sys/fs/cgroup'

export type CgroupVersion = 1 | 2

/**
 * Which kind of cgroups holds memory on this machine. A hybrid machine (memory under v1, an empty v2 tree beside it)
 * is v1.
 *
 * @throws Problem where there is neither.
 */
export function cgroupVersion(root = ROOT): CgroupVersion {
  if (existsSync(join(root, 'memory', 'memory.limit_in_bytes')) || existsSync(join(root, 'memory', 'cgroup.procs')))
    return 1
  const controllers = join(root, 'cgroup.controllers')
  if (existsSync(controllers) && readFileSync(controllers, 'utf8').split(/\s+/).includes('memory')) return 2
  throw new Problem({
    what: 'fleet: this machine has no memory cgroups, so nothing could hold a node to its 2048 MB',
    given: `no memory controller under ${root}`,
    allowed: 'cgroup v1 with the memory controller, or cgroup v2',
    do: 'boot without cgroup_disable=memory; in a container, run it privileged with /sys/fs/cgroup writable',
  })
}

export interface MemoryUse {
  /** Bytes, page cache included: what the limit is compared with. */
  readonly total: number
  /** Bytes that the kernel can't give back by dropping cached files. */
  readonly withoutCache: number
  readonly limit: number
}

/** One group of processes of a fleet: a node, or what the fleet runs on the host itself. */
export class Cgroup {
  constructor(
    /** As it is below the mount of the controller, such as `/shoal/demo/node-1`. */
    readonly path: string,
    readonly version: CgroupVersion = cgroupVersion(),
    private readonly root = ROOT,
  ) {}

  /** Where its files are. */
  get folder(): string {
    return join(this.version === 1 ? join(this.root, 'memory') : this.root, this.path)
  }

  /** What the agents write themselves into. In v2 only leaves may hold processes once children have limits. */
  get procs(): string {
    return join(this.version === 1 ? this.folder : join(this.folder, 'agents'), 'cgroup.procs')
  }

  /** What dockerd gets as `--cgroup-parent`. */
  get dockerParent(): string {
    return this.version === 1 ? this.path : join(this.path, 'docker')
  }

  get exists(): boolean {
    return existsSync(this.folder)
  }

  /** @param memoryMb MiB; undefined leaves it without a limit */
  async create(memoryMb?: number): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    if (this.version === 2) {
      for (const folder of this.ancestors()) await delegate(folder)
      await mkdir(dirname(this.procs), { recursive: true })
      await mkdir(join(this.root, this.dockerParent), { recursive: true })
      // Under v1 each agent weighs as much as all containers of a node together; here it has to be said.
      await writeIfThere(join(dirname(this.procs), 'cpu.weight'), '1000')
    }
    if (memoryMb === undefined) return
    const bytes = String(memoryMb * 1024 * 1024)
    if (this.version === 2) {
      await writeFile(join(this.folder, 'memory.max'), bytes)
      await writeIfThere(join(this.folder, 'memory.swap.max'), '0')
      return
    }
    // Children count towards it only with hierarchy, which old kernels have off; it can't be set once there are children.
    await writeIfThere(join(this.folder, 'memory.use_hierarchy'), '1')
    await writeFile(join(this.folder, 'memory.limit_in_bytes'), bytes)
    await writeIfThere(join(this.folder, 'memory.memsw.limit_in_bytes'), bytes)
  }

  /** From the root of the tree down to this one. */
  private ancestors(): string[] {
    const parts = this.path.split('/').filter(Boolean)
    return [this.root, ...parts.map((_, i) => join(this.root, ...parts.slice(0, i + 1)))]
  }

  /** Every process in it and below it. */
  pids(): number[] {
    return foldersBelow(this.folder).flatMap((folder) => {
      try {
        return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
      } catch {
        return []
      }
    })
  }

  /** SIGKILL to all of it, again and again, because what is killed may just have forked. */
  async kill(seconds = 15): Promise<void> {
    const deadline = Date.now() + seconds * 1000
    await writeIfThere(join(this.folder, 'cgroup.kill'), '1')
    for (let pids = this.pids(); pids.length > 0; pids = this.pids()) {
      for (const pid of pids) signal(pid, 'SIGKILL')
      if (Date.now() > deadline) {
        throw new Problem({
          what: `fleet: processes in ${this.path} don't end`,
          given: `SIGKILL to ${pids.slice(0, 8).join(', ')}, ${seconds} s ago`,
          allowed: 'all of them end (one that waits for a disk can take longer)',
          do: 'look at them with ps -o pid,stat,wchan,args -p PID, then run the command again',
        })
      }
      await delay(20)
    }
  }

  /** Removes it in every hierarchy; a group that still has processes stays. */
  async remove(): Promise<void> {
    const tops = this.version === 2 ? [this.root] : readdirSync(this.root).map((name) => join(this.root, name))
    for (const top of tops) {
      for (const folder of foldersBelow(join(top, this.path)).reverse()) await rmdir(folder).catch(() => undefined)
    }
  }

  async memory(): Promise<MemoryUse | undefined> {
    try {
      const stat = parseMemoryStat(await readFile(join(this.folder, 'memory.stat'), 'utf8'))
      const [use, max] = this.version === 1 ? V1_FILES : V2_FILES
      const total = Number(await readFile(join(this.folder, use), 'utf8'))
      const cache = (name: string): number => stat[this.version === 1 ? `total_${name}` : name] ?? 0
      const limit = Number(await readFile(join(this.folder, max), 'utf8'))
      const withoutCache = Math.max(0, total - cache('inactive_file') - cache('active_file'))
      return { total, withoutCache, limit: Number.isFinite(limit) ? limit : 0 }
    } catch {
      return undefined
    }
  }
}

const V1_FILES = ['memory.usage_in_bytes', 'memory.limit_in_bytes'] as const
const V2_FILES = ['memory.current', 'memory.max'] as const

export function parseMemoryStat(text: string): Record<string, number> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '))
      .map(([name, value]) => [name, Number(value)]),
  )
}

/** Lets the children of a v2 group have controllers of their own. One at a time: a missing one fails the whole write. */
async function delegate(folder: string): Promise<void> {
  for (const controller of ['memory', 'cpu', 'cpuset', 'io', 'pids']) {
    await writeFile(join(folder, 'cgroup.subtree_control'), `+${controller}`).catch((error: unknown) => {
      if (controller === 'memory') throw error
    })
  }
}

async function writeIfThere(file: string, value: string): Promise<void> {
  if (existsSync(file)) await writeFile(file, value).catch(() => undefined)
}

/** The folder and all below it, parents first. */
function foldersBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...children.flatMap((entry) => foldersBelow(join(folder, entry.name)))]
}

export const nodeCgroup = (fleet: string, n: number): Cgroup => new Cgroup(`/shoal/${fleet}/node-${n}`)
/** The registry and the site's port: on the host, outside every node. */
export const hostCgroup = (fleet: string): Cgroup => new Cgroup(`/shoal/${fleet}/host`)
export const fleetCgroup = (fleet: string): Cgroup => new Cgroup(`/shoal/${fleet}`)
