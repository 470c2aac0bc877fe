/** CPU time and memory of this process and of the native engine's processes, which Node doesn't tell of: sampled. */
import { readFileSync } from 'node:fs'

const TICK_MS = 10
const children = new Map<string, { readonly ms: number; readonly megabytes: number }>()

/** Looks at the native processes from time to time, until the process ends. */
export function watchChildren(): void {
  setInterval(look, 10).unref()
}

/** CPU time so far, of user and system, in milliseconds. */
export function cpuMs(): number {
  look()
  const { user, system } = process.cpuUsage()
  let sum = (user + system) / 1000
  for (const { ms } of children.values()) sum += ms
  return sum
}

/** The most memory that this process had resident, or the largest native one, where there is one. */
export function peakMegabytes(): number {
  const most = Math.max(0, ...[...children.values()].map(({ megabytes }) => megabytes))
  return most || Math.round(process.resourceUsage().maxRSS / 1024)
}

function look(): void {
  for (const pid of readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')) {
    try {
      const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /u, '')
        .split(' ')
      const peak = /VmHWM:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
      const ms = (Number(times[11]) + Number(times[12])) * TICK_MS
      const megabytes = Math.round(Number(peak?.[1] ?? 0) / 1024)
      const known = children.get(pid)
      children.set(pid, { ms: Math.max(ms, known?.ms ?? 0), megabytes: Math.max(megabytes, known?.megabytes ?? 0) })
    } catch {
      // It has just ended, or there is none.
    }
  }
}
