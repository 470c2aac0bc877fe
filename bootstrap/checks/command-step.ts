import { repositoryRoot } from '../paths.js'
import { failedWith, type Step } from './step.js'

/** A step that passes when a command leaves with 0; it prints what the command says. */
export function commandStep(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Step {
  return {
    name,
    async run(desk) {
      const { exitCode, output } = await desk.run(file, args, { cwd: repositoryRoot, env, localDir: repositoryRoot })
      return exitCode === 0 ? { passed: 1, failed: 0 } : failedWith(output)
    },
  }
}
