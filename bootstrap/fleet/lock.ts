import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../problem.js'

/** flock's exit code when someone else holds the lock. */
const HELD = 75

/**
 * Runs `work` while this process holds the lock on `file`. The kernel holds it (flock), through a child that ends when
 * our end of its pipe closes: a process that dies in any way leaves no lock behind.
 *
 * @param wait seconds to wait for it. @default 10
 * @throws Problem when another process holds it for longer.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, wait = 10): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  const args = ['--exclusive', '--wait', String(wait), '--conflict-exit-code', String(HELD), file]
  const holder = spawn('flock', [...args, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  const exited = once(holder, 'exit')
  const answer = await Promise.race([once(holder.stdout, 'data').then(() => 'held' as const), exited])
  if (answer !== 'held') {
    throw new Problem({
      what: 'fleet: another command is working on it',
      given: `the lock ${file} is held`,
      allowed: 'one up, down or node command at a time for each fleet',
      do: `wait for the other one to end (who: fuser ${file})`,
    })
  }
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await exited
  }
}
