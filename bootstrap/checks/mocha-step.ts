import { createRequire } from 'node:module'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { give } from '../caller.js'
import { repositoryRoot } from '../paths.js'
import { removeTree } from './scratch.js'
import { failedWith, type Step } from './step.js'

const summary = z.object({
  passes: z.number(),
  failures: z.number(),
  failed: z.array(z.object({ title: z.string(), said: z.string() })),
})

/** What {@link mochaStep} runs. */
export interface MochaOptions {
  readonly name: string
  /** Arguments after `mocha`: files, `--ignore`, `--timeout`. */
  readonly args: readonly string[]
  /** Environment beside the one of this process; a function is asked when the step runs. */
  readonly env?: NodeJS.ProcessEnv | (() => NodeJS.ProcessEnv)
  /** Whether the tests need root. @default false */
  readonly root?: boolean
}

/**
 * A step that counts each mocha test by itself: the spec reporter writes what a person reads, and the counts come from JSON.
 * The tests have a temporary folder of their own, which goes away with all that they leave there.
 */
export function mochaStep({ name, args, env = {}, root = false }: MochaOptions): Step {
  return {
    name,
    async run(desk) {
      const folder = await mkdtemp(join(tmpdir(), `${name}-`))
      const file = join(folder, 'result.json')
      try {
        await give(folder)
        const reporter = createRequire(import.meta.url).resolve('./mocha-reporter.cts')
        const { exitCode, output } = await desk.run(
          'mocha',
          ['--reporter', reporter, '--reporter-option', `output=${file}`, ...args],
          {
            cwd: repositoryRoot,
            env: { TMPDIR: folder, ...(typeof env === 'function' ? env() : env) },
            localDir: repositoryRoot,
            root,
          },
        )
        const written = await readFile(file, 'utf8').catch(() => undefined)
        if (written === undefined) return failedWith(output)
        const { passes, failures, failed } = summary.parse(JSON.parse(written))
        // A run that breaks off (an import that fails, an exit) must never look like one that passed.
        if (exitCode !== 0 && failures === 0) return { ...failedWith(output), passed: passes }
        return { passed: passes, failed: failures, failures: failed }
      } finally {
        await removeTree(folder)
      }
    },
  }
}
