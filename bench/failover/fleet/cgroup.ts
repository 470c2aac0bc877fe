import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fleet } from './fleet'

/** Every process of a node, its containers' too: bootstrap keeps them in one cgroup (v1 or v2). */
export function nodeProcesses(fleet: Fleet, node: number): number[] {
  return ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']
    .map((root) => join(root, 'shoal', fleet.name, `node-${node}`))
    .filter((folder) => existsSync(folder))
    .flatMap(processesBelow)
}

function processesBelow(folder: string): number[] {
  try {
    const own = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [...own, ...children.flatMap((entry) => processesBelow(join(folder, entry.name)))]
  } catch {
    return []
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** SIGKILL to everything on all nodes, the nodes' own agents first, so that nothing is started again. */
export async function stopAll(fleet: Fleet): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const pids = fleet.nodes.flatMap((node) => nodeProcesses(fleet, node))
    if (pids.length === 0) return
    for (const pid of pids) send(pid, 'SIGKILL')
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

/** Lets everything go on that was stopped (SIGSTOP) on a node. */
export function continueStopped(fleet: Fleet, node: number): number {
  const stopped = nodeProcesses(fleet, node).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
    } catch {
      return false
    }
  })
  for (const pid of stopped) send(pid, 'SIGCONT')
  return stopped.length
}
