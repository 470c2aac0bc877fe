import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, unlinkSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** What a pid file holds. Pids are used again; a pid together with its start time and the boot is one process only. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly started: number
  readonly boot: string
  /** What it was started with, so that a change can be seen. */
  readonly fingerprint: string
}

/** The start time and state in /proc/PID/stat; the command in it may hold spaces and parentheses. */
export function parseStat(stat: string): { state: string; started: number } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], Number(fields[19])]
  return state && Number.isFinite(started) ? { state, started } : undefined
}

function statOf(pid: number): { state: string; started: number } | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

/** The same process, and not a zombie that nobody has reaped. */
export function isAlive(identity: ProcessIdentity | undefined): identity is ProcessIdentity {
  if (!identity || identity.boot !== bootId()) return false
  const stat = statOf(identity.pid)
  return stat !== undefined && stat.started === identity.started && stat.state !== 'Z' && stat.state !== 'X'
}

export function readIdentity(pidFile: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pidFile, 'utf8'))
    return isIdentity(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isIdentity = (value: unknown): value is ProcessIdentity =>
  typeof value === 'object' && value !== null && 'pid' in value && 'started' in value && 'boot' in value

export interface Daemon {
  readonly pidFile: string
  readonly logFile: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** `cgroup.procs` files that the process writes itself into before it becomes the command. */
  readonly cgroups: readonly string[]
  readonly fingerprint: string
}

/** Starts a process that outlives this one: a session of its own, output to the log, in its cgroups before exec. */
export async function startDaemon(daemon: Daemon): Promise<ProcessIdentity> {
  await mkdir(dirname(daemon.pidFile), { recursive: true })
  await mkdir(dirname(daemon.logFile), { recursive: true })
  const enter = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 70; shift; n=$((n-1)); done; exec "$@"'
  const log = openSync(daemon.logFile, 'a', 0o640)
  try {
    const args = ['-c', enter, 'start', String(daemon.cgroups.length), ...daemon.cgroups, ...daemon.command]
    const child = spawn('/bin/sh', args, { detached: true, stdio: ['ignore', log, log], env: daemon.env, cwd: '/' })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const pid = child.pid ?? 0
    const identity = { pid, started: statOf(pid)?.started ?? 0, boot: bootId(), fingerprint: daemon.fingerprint }
    await writeFile(daemon.pidFile, JSON.stringify(identity) + '\n')
    return identity
  } finally {
    closeSync(log)
  }
}

/** Asks the process to end and insists after `grace` seconds. Nothing happens to a process that isn't the one meant. */
export async function stopProcess(pidFile: string, grace: number): Promise<void> {
  const identity = readIdentity(pidFile)
  if (isAlive(identity)) {
    signal(identity.pid, 'SIGTERM')
    if (!(await gone(identity, grace)) && isAlive(identity)) {
      signal(identity.pid, 'SIGKILL')
      await gone(identity, 5)
    }
  }
  if (existsSync(pidFile)) unlinkSync(pidFile)
}

async function gone(identity: ProcessIdentity, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false
    await delay(50)
  }
  return true
}

/** A process that is gone already is what was wanted. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Seconds since the process started, or undefined when it is gone. */
export function uptimeOf(identity: ProcessIdentity | undefined): number | undefined {
  if (!isAlive(identity)) return undefined
  const sinceBoot = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return Math.max(0, sinceBoot - identity.started / TICKS_PER_SECOND)
}

/** USER_HZ, which is 100 on every amd64 Linux. */
const TICKS_PER_SECOND = 100
