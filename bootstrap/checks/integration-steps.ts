import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { ensureGo, wantedGo } from '../toolchain/go.js'
import { ensureProgram } from '../toolchain/program.js'
import { recipes } from '../toolchain/recipes.js'
import { releasesUrl } from '../toolchain/release.js'
import { ensureTerraformProvider } from '../toolchain/terraform-mirror.js'
import { mochaStep } from './mocha-step.js'
import { failedWith, type Step } from './step.js'

/** Tests with real parts that need no fleet: what comes first, and then rows that share nothing. */
export interface IntegrationSteps {
  readonly first: Step
  readonly rows: readonly (readonly Step[])[]
}

/**
 * Tests with real parts that need no fleet, on loopback: the engine against a Nomad agent, the generator against Nomad's
 * own parser, and what Terraform does with it on an agent, which mostly waits. The long forms are run by hand
 * (CONTRIBUTING.md).
 */
export function integrationSteps(): IntegrationSteps {
  let env: NodeJS.ProcessEnv = {}
  const first: Step = {
    name: 'engine build',
    run: async (desk) => {
      env = await environment((note) => desk.print(`  ${note}`))
      const args = ['--import', 'tsx', 'build/main.ts', '--simnodes']
      const options = { cwd: join(repositoryRoot, 'engine'), env, quiet: true }
      const { exitCode, output } = await desk.run(process.execPath, args, options)
      desk.print(output.split('\n').slice(-8).join('\n'))
      return exitCode === 0 ? { passed: 1, failed: 0 } : failedWith(output)
    },
  }
  const engine = integrationStep('engine', ['test/engine/integration/*.itest.ts'], () => ({
    ...env,
    MUTATED: '2000',
    SCENARIOS: '10',
    FUZZ: '500',
  }))
  // With an agent that is a client as well, and runs what is deployed.
  const terraform = integrationStep(
    'terraform',
    [...onAgents, 'test/bootstrap/integration/*.itest.ts'],
    () => env,
    true,
  )
  const generator = integrationStep(
    'generator',
    [
      'test/nomad/integration/*.itest.ts',
      'test/examples/*.itest.ts',
      'test/scheduler/integration/*.itest.ts',
      ...onAgents.flatMap((file) => ['--ignore', file]),
    ],
    () => env,
  )
  return { first, rows: [[engine], [terraform, generator]] }
}

/** Those of the generator's tests that apply to an agent. */
const onAgents = ['count', 'depends-on', 'strings'].map((name) => `test/nomad/integration/${name}.itest.ts`)

/** A mocha step whose environment is known only when the step before it has run. */
export const integrationStep = (
  name: string,
  files: readonly string[],
  env: () => NodeJS.ProcessEnv,
  root = false,
): Step => mochaStep({ name, args: ['--no-config', '--require', 'tsx', '--timeout', '300000', ...files], env, root })

/** What these tests find their real parts by; fetches or builds those that are missing. */
async function environment(onProgress: (note: string) => void): Promise<NodeJS.ProcessEnv> {
  const cache = cacheRoot()
  const options = { cache, releasesUrl: releasesUrl(), fromSource: false, onProgress }
  const nomad = await ensureProgram(recipes.nomad, options)
  const terraform = await ensureProgram(recipes.terraform, options)
  const go = await ensureGo(wantedGo(join(repositoryRoot, 'engine', 'go')), onProgress)
  await ensureTerraformProvider({ root: repositoryRoot, cache, onProgress })
  const provider = join(
    cache,
    'terraform-mirror/registry.terraform.io/hashicorp/nomad/2.5.2/linux_amd64/terraform-provider-nomad_v2.5.2',
  )
  return {
    ...go.env,
    GO: go.program,
    NOMAD_BIN: nomad.path,
    SHOAL_NOMAD: nomad.path,
    SHOAL_TERRAFORM: terraform.path,
    ...(existsSync(provider) ? { SHOAL_PROVIDER: provider } : {}),
    CHECKPOINT_DISABLE: '1',
    PATH: `${dirname(go.program)}:${process.env.PATH ?? ''}`,
  }
}
