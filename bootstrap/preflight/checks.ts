import { Problem } from '../problem.js'

/** What the checks look at. */
export interface Machine {
  /** `linux x64` */
  readonly platform: string
  /** `ID` of /etc/os-release. */
  readonly system: string
  /** Systems that it is like: `ID_LIKE`. */
  readonly like: readonly string[]
  /** `v1`, `v2`, `hybrid` or undefined, and whether memory is a controller there. */
  readonly cgroup: { readonly version: 'v1' | 'v2'; readonly memory: boolean } | undefined
  readonly availableMemoryMb: number
  /** Free space in the file system of the cache and of the state, in MB. */
  readonly freeDiskMb: number
}

/** What is wanted of the machine. */
export interface Wanted {
  readonly nodes: number
  /** Whether the fleet runs already: its memory is then in use by itself. */
  readonly running: boolean
}

/** What a node takes of the host's memory when everything runs (its limit is 2048 MB). */
const nodeMemoryMb = 1500
const diskMb = 8000

/** Everything that is wrong with a machine for a virtual fleet; empty when nothing is. */
export function checkMachine(machine: Machine, { nodes, running }: Wanted): Problem[] {
  const problems: Problem[] = []
  if (machine.platform !== 'linux x64') {
    problems.push(
      new Problem({
        what: 'preflight: this machine is not one that Shoal runs on',
        given: machine.platform,
        allowed: 'linux x64 (amd64)',
        do: 'use a Debian or Ubuntu machine on amd64, for example in a virtual machine',
      }),
    )
    return problems
  }
  if (!['debian', 'ubuntu'].some((name) => name === machine.system || machine.like.includes(name))) {
    problems.push(
      new Problem({
        what: 'preflight: bootstrap installs its packages with apt, on Debian and Ubuntu only',
        given: machine.system || 'no /etc/os-release',
        allowed: 'Debian 12 or later, Ubuntu 22.04 or later',
        do: 'use such a machine, or deploy to a cluster of your own: docs/guides',
      }),
    )
  }
  if (machine.cgroup?.memory !== true) {
    problems.push(
      new Problem({
        what: 'preflight: the kernel has no memory controller in its cgroups, and a node is held to 2 GB by one',
        given: machine.cgroup === undefined ? 'no /sys/fs/cgroup' : `cgroup ${machine.cgroup.version} without memory`,
        allowed: 'cgroup v1 or v2 with the memory controller',
        do: 'boot with cgroup_enable=memory, or mount the cgroup file system',
      }),
    )
  }
  const wantedMemory = nodes * nodeMemoryMb
  if (!running && machine.availableMemoryMb < wantedMemory) {
    const fits = Math.floor(machine.availableMemoryMb / nodeMemoryMb)
    problems.push(
      new Problem({
        what: `preflight: not enough free memory for ${nodes} nodes`,
        given: `${machine.availableMemoryMb} MB available`,
        allowed: `${wantedMemory} MB, about ${nodeMemoryMb} for each node`,
        do: fits >= 3 ? `free some, or use --nodes ${fits}` : 'free some memory; three nodes are the least',
      }),
    )
  }
  if (!running && machine.freeDiskMb < diskMb) {
    problems.push(
      new Problem({
        what: 'preflight: not enough free disk for binaries, images and data',
        given: `${machine.freeDiskMb} MB free`,
        allowed: `${diskMb} MB`,
        do: 'free some, or put SHOAL_CACHE and SHOAL_STATE on another file system',
      }),
    )
  }
  return problems
}
