import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mysqlRoot, until } from './parts'

/**
 * Each process that a group starts has the group's id in this variable, and so has whatever it starts in turn: by that
 * they are found again, also when the test that started them was killed.
 */
export const MARK = 'SHOAL_ITEST'

/** The id of a group of this process. */
export const groupId = (net: number): string => `it-${process.pid}-${net}`

const ofDead = (id: string): boolean => {
  const owner = /^it-(\d+)-\d+$/.exec(id)?.[1]
  return owner !== undefined && !existsSync(`/proc/${owner}`)
}

function markOf(pid: string): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    return environment.find((line) => line.startsWith(`${MARK}=`))?.slice(MARK.length + 1)
  } catch {
    // It has ended, or is the kernel's.
    return undefined
  }
}

/** @returns how many were there */
function killMarked(fits: (id: string) => boolean): number {
  const left = readdirSync('/proc').filter((pid) => {
    const id = /^\d+$/.test(pid) ? markOf(pid) : undefined
    return id !== undefined && fits(id)
  })
  for (const pid of left)
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has gone meanwhile.
    }
  return left.length
}

/** Kills all processes with a mark that fits, frozen ones too, and waits until they have gone. */
export async function endMarked(fits: (id: string) => boolean): Promise<void> {
  await until('the processes of a group are gone', 30, () => Promise.resolve(killMarked(fits) === 0))
}

const ending = new Set<string>()

/** When this process is told to end, a group's processes end first: some of them are in sessions of their own. */
export function endOnSignals(id: string): void {
  if (ending.size === 0)
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      process.once(signal, () => {
        // Some may just be starting others.
        while (killMarked((one) => ending.has(one)) > 0);
        process.exit(code)
      })
  ending.add(id)
}

/** Ends and removes what tests that were killed have left: processes that hold memory, and data. */
export async function sweep(): Promise<void> {
  await endMarked(ofDead)
  const folder = join(mysqlRoot, 'run')
  for (const id of await readdir(folder).catch(() => []))
    if (ofDead(id)) await rm(join(folder, id), { recursive: true, force: true })
}

/** The process of that name that another one has started, with a mark of ours. */
export function childOf(parent: number, name: string): number | undefined {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const [, program, above] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      return program === name && Number(above) === parent && markOf(pid) !== undefined
    } catch {
      return false
    }
  })
  return found === undefined ? undefined : Number(found)
}
