import { createRequire } from 'node:module'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { give } from '../caller.js'
import { repositoryRoot } from '../paths.js'
import { removeTree } from './scratch.js'
import type { Step } from './step.js'

const summary = z.object({ passes: z.number(), failures: z.number() })

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
        const { exitCode } = await desk.run(
          'mocha',
          ['--reporter', reporter, '--reporter-option', `output=${file}`, ...args],
          {
            cwd: repositoryRoot,
            env: { TMPDIR: folder, ...(typeof env === 'function' ? env() : env) },
            localDir: repositoryRoot,
            root,
          },
        )
        const stats = summary.parse(JSON.parse(await readFile(file, 'utf8')))
        // A run that breaks off (an import that fails, an exit) must never look like one that passed.
        const broken = exitCode !== 0 && stats.failures === 0 ? 1 : 0
        return { passed: stats.passes, failed: stats.failures + broken }
      } catch {
        return { passed: 0, failed: 1 }
      } finally {
        await removeTree(folder)
      }
    },
  }
}
