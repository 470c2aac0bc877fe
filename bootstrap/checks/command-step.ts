import { execa } from 'execa'
import { repositoryRoot } from '../paths.js'
import type { Step } from './step.js'

/** A step that passes when a command leaves with 0; its output goes to the terminal. */
export function commandStep(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Step {
  return {
    name,
    async run() {
      const { exitCode } = await execa(file, args, {
        cwd: repositoryRoot,
        env,
        preferLocal: true,
        localDir: repositoryRoot,
        stdio: ['ignore', 'inherit', 'inherit'],
        reject: false,
      })
      return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
    },
  }
}
