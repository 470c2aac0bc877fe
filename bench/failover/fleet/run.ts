import { execFile } from 'node:child_process'
import { join } from 'node:path'

const repository = join(__dirname, '../../..')

/** Runs a command from the repository's root. @returns what it printed @throws Error with its output when it fails */
export function run(command: string, args: readonly string[], timeoutSeconds = 300): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: repository, timeout: timeoutSeconds * 1000, maxBuffer: 16 * 1024 * 1024 }
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}: ${(stderr || stdout || error.message).trim()}`))
      else resolve(stdout)
    })
  })
}

/** As `run`, where failing means that it is so already. */
export const runLoosely = (command: string, args: readonly string[]): Promise<string> =>
  run(command, args).catch(() => '')

/** Waits. @param seconds how long */
export const pause = (seconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, seconds * 1000))

/**
 * Looks until something is there.
 * @throws Error after the deadline, with what the last look said
 */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined | false>,
  everySeconds = 0.2,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  let last = 'nothing'
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what} (last: ${last})`)
    await pause(everySeconds)
  }
}
