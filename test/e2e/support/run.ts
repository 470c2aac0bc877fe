import { spawn } from 'node:child_process'

/**
 * Runs a command from the repository's root and gives all that it printed.
 *
 * @throws Error with the last lines when it ends with another code than 0.
 */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    const keep = (chunk: Buffer) => {
      printed += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(printed)
      else
        reject(
          new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed.split('\n').slice(-40).join('\n')}`),
        )
    })
  })
}
