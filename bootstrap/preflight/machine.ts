import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Machine } from './checks.js'

/** What this machine is, as far as the checks want to know. */
export async function inspectMachine(folders: readonly string[]): Promise<Machine> {
  const release = osRelease()
  const free = await Promise.all(folders.map(freeMb))
  return {
    platform: `${process.platform} ${process.arch}`,
    system: release.ID ?? '',
    like: (release.ID_LIKE ?? '').split(' '),
    cgroup: cgroup(),
    availableMemoryMb: availableMemoryMb(),
    freeDiskMb: Math.min(...free),
  }
}

function osRelease(): Record<string, string> {
  if (!existsSync('/etc/os-release')) return {}
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n')
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value] = /^([A-Z_]+)="?(.*?)"?$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value]]
    }),
  )
}

function cgroup(): Machine['cgroup'] {
  const controllers = '/sys/fs/cgroup/cgroup.controllers'
  if (existsSync(controllers)) {
    return { version: 'v2', memory: readFileSync(controllers, 'utf8').split(/\s/).includes('memory') }
  }
  return existsSync('/sys/fs/cgroup') ? { version: 'v1', memory: existsSync('/sys/fs/cgroup/memory') } : undefined
}

function availableMemoryMb(): number {
  const [, kilobytes] = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? []
  return Math.floor(Number(kilobytes ?? 0) / 1024)
}

/** Free space where a folder is, or will be made. */
async function freeMb(folder: string): Promise<number> {
  let path = folder
  while (!existsSync(path)) path = dirname(path)
  const { bavail, bsize } = await statfs(path)
  return Math.floor((bavail * bsize) / 1e6)
}
