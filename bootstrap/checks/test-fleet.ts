import { join } from 'node:path'
import { downFleet, fleetEnv, loadFleet } from '../fleet/index.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { ensurePackages, findProgram } from '../toolchain/apt.js'
import { ensureTerraformProvider } from '../toolchain/terraform-mirror.js'
import { mochaStep } from './mocha-step.js'
import { failedWith, type Step } from './step.js'

const shoal = join(repositoryRoot, 'bootstrap/shoal')

/** A fleet that exists for the length of a test run. */
export class TestFleet {
  constructor(readonly name: string) {}

  /** `bootstrap/up`, as a person types it. */
  up(): Step {
    return {
      name: 'up',
      run: async (desk) => {
        await this.remove()
        const { exitCode, output } = await desk.run(shoal, this.args, { env: { CI: '1' }, root: true })
        return exitCode === 0 ? { passed: 1, failed: 0 } : failedWith(output)
      },
    }
  }

  /** The same again, with nothing changed. How long it took is said, not judged: bench/ measures. */
  upAgain(): Step {
    return {
      name: 'up again',
      run: async (desk) => {
        const { exitCode, output } = await desk.run(shoal, this.args, { env: { CI: '1' }, quiet: true, root: true })
        desk.print(output)
        const untouched = /deploy .*\(cached\)/.test(output)
        const deployed = untouched ? '' : 'up again: it deployed, although nothing had changed'
        if (deployed !== '') desk.print(deployed)
        return exitCode === 0 && untouched ? { passed: 1, failed: 0 } : failedWith(`${output}\n${deployed}`)
      },
    }
  }

  /** The end-to-end tests, against the fleet. */
  e2e(): Step {
    return {
      name: 'e2e',
      run: async (desk) => {
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
          ...(provider.standIn !== undefined ? { SHOAL_TERRAFORM_STANDIN: '1' } : {}),
        }
        const args = ['--no-config', '--require', 'tsx', '--timeout', '120000', 'test/e2e/*.test.ts']
        return mochaStep({ name: 'e2e', args, env, root: true }).run(desk)
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

  /** Removes the fleet with all its data; nothing happens where it isn't there. */
  async remove(): Promise<void> {
    await downFleet(this.name, { purge: true })
  }

  private get args(): string[] {
    return ['up', '--fleet', this.name, '--no-publish']
  }
}
