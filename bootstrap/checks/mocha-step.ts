import { createRequire } from 'node:module'
import { execa } from 'execa'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { repositoryRoot } from '../paths.js'
import type { Step } from './step.js'

const summary = z.object({ passes: z.number(), failures: z.number() })

/** What {@link mochaStep} runs. */
export interface MochaOptions {
  readonly name: string
  /** Arguments after `mocha`: files, `--ignore`, `--timeout`. */
  readonly args: readonly string[]
  /** A temporary folder of its own, that goes away with all that the tests leave there. @default false */
  readonly scratch?: boolean
  /** Environment beside the one of this process. */
  readonly env?: NodeJS.ProcessEnv
}

/** A step that counts each mocha test by itself. The spec reporter writes to the terminal, the counts come from JSON. */
export function mochaStep({ name, args, scratch = false, env = {} }: MochaOptions): Step {
  return {
    name,
    async run() {
      const folder = await mkdtemp(join(tmpdir(), 'shoal-mocha-'))
      const file = join(folder, 'result.json')
      try {
        const reporter = createRequire(import.meta.url).resolve('./mocha-reporter.cts')
        const { exitCode } = await execa(
          'mocha',
          ['--reporter', reporter, '--reporter-option', `output=${file}`, ...args],
          {
            cwd: repositoryRoot,
            env: { ...(scratch ? { TMPDIR: folder } : {}), ...env },
            preferLocal: true,
            localDir: repositoryRoot,
            stdio: ['ignore', 'inherit', 'inherit'],
            reject: false,
          },
        )
        const stats = summary.parse(JSON.parse(await readFile(file, 'utf8')))
        // A run that breaks off (an import that fails, an exit) must never look like one that passed.
        const broken = exitCode !== 0 && stats.failures === 0 ? 1 : 0
        return { passed: stats.passes, failed: stats.failures + broken }
      } catch {
        return { passed: 0, failed: 1 }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
