import { execa, type ResultPromise } from 'execa'
import { join } from 'node:path'
import { downFleet, fleetEnv, loadFleet } from '../fleet/index.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { ensurePackages, findProgram } from '../toolchain/apt.js'
import { ensureTerraformProvider } from '../toolchain/terraform-mirror.js'
import { mochaStep } from './mocha-step.js'
import type { Step } from './step.js'

/** A fleet that exists for the length of a test run. It goes away with all its data, also when the run is interrupted. */
export class TestFleet {
  private running: ResultPromise | undefined

  constructor(readonly name: string) {}

  /** `bootstrap/up`, as a person types it. */
  up(): Step {
    return {
      name: 'up',
      run: async () => {
        await this.remove()
        const args = ['up', '--fleet', this.name, '--no-publish']
        this.running = execa(join(repositoryRoot, 'bootstrap/shoal'), args, {
          stdio: ['ignore', 'inherit', 'inherit'],
          env: { CI: '1' },
          reject: false,
        })
        const { exitCode } = await this.running
        this.running = undefined
        return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
      },
    }
  }

  /** The same again, with nothing changed. How long it took is said, not judged: bench/ measures. */
  upAgain(): Step {
    return {
      name: 'up again',
      run: async () => {
        const started = performance.now()
        const args = ['up', '--fleet', this.name, '--no-publish']
        const { exitCode, stdout } = await execa(join(repositoryRoot, 'bootstrap/shoal'), args, {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { CI: '1' },
          reject: false,
        })
        console.log(stdout)
        console.log(`up again: ${((performance.now() - started) / 1000).toFixed(1)} s`)
        const untouched = /deploy .*\(cached\)/.test(stdout)
        if (!untouched) console.log('up again: it deployed, although nothing had changed')
        const passed = exitCode === 0 && untouched
        return { passed: passed ? 1 : 0, failed: passed ? 0 : 1 }
      },
    }
  }

  /** The end-to-end tests, against the fleet. */
  e2e(): Step {
    return {
      name: 'e2e',
      run: async () => {
        await ensurePackages({ chromium: 'chromium' }, 'the browser test')
        const provider = await ensureTerraformProvider({
          root: repositoryRoot,
          cache: cacheRoot(),
          onProgress: () => {},
        })
        const env = {
          ...(await fleetEnv(await loadFleet(this.name))),
          SHOAL_FLEET: this.name,
          CHROMIUM: findProgram('chromium') ?? '',
          CHECKPOINT_DISABLE: '1',
          ...(provider.standIn ? { SHOAL_TERRAFORM_STANDIN: '1' } : {}),
        }
        const args = ['--no-config', '--require', 'tsx', '--timeout', '120000', 'test/e2e/*.test.ts']
        return mochaStep({ name: 'e2e', args, env }).run()
      },
    }
  }

  /** `bootstrap/down --purge`. */
  down(): Step {
    return {
      name: 'down',
      run: async () => {
        await this.remove()
        return { passed: 1, failed: 0 }
      },
    }
  }

  /** Ends an `up` that is at work, and removes the fleet. */
  async remove(): Promise<void> {
    this.running?.kill('SIGTERM')
    await this.running?.catch(() => {})
    await downFleet(this.name, { purge: true })
  }
}
