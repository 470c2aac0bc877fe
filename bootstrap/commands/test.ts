import { Command } from 'commander'
import { commandStep } from '../checks/command-step.js'
import { hasFiles } from '../checks/files.js'
import { integrationSteps } from '../checks/integration-steps.js'
import { jobsStep } from '../checks/jobs-step.js'
import { mochaStep } from '../checks/mocha-step.js'
import { runSteps, type Step, type StepResult, totals } from '../checks/step.js'
import { TestFleet } from '../checks/test-fleet.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { requireRoot } from '../preflight/root.js'
import { ensurePackages } from '../toolchain/apt.js'
import { ensureProgram } from '../toolchain/program.js'
import { recipes } from '../toolchain/recipes.js'
import { releasesUrl } from '../toolchain/release.js'

const fleetName = 'shltest'

/** `bootstrap/test`: everything that must hold, one step after another; the last line sums it up. */
export function testCommand(): Command {
  return new Command('test')
    .description(
      'check everything: lint, types, unit tests, jobs, integration on loopback, and end-to-end tests on a fleet of its own',
    )
    .option('--fast', 'only what takes a few minutes: lint, types, unit tests, jobs')
    .action(async ({ fast }: { fast?: boolean }) => {
      if (!fast) {
        await requireRoot()
        await ensurePackages(
          { javac: 'default-jdk-headless', python3: 'python3' },
          'the unit tests of images and analysis',
        )
      }
      const results = await runSteps(staticSteps(), report)
      if (!fast) {
        results.push(...(await runSteps(integrationSteps(), report)))
        results.push(...(await fleetSteps()))
      }
      const { failed, line } = totals(results)
      console.log(line)
      process.exitCode = failed === 0 ? 0 : 1
    })
}

const staticSteps = (): Step[] => [
  commandStep('lint', 'eslint', ['.']),
  commandStep('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  // Not only checked: its declarations are what the rest is checked against.
  commandStep('types engine', 'tsc', ['-p', 'engine']),
  ...['.', 'examples', 'bootstrap', 'webapp', 'mysql-agent']
    .filter((room) => hasFiles(repositoryRoot, room === '.' ? ['nomad', 'jobs', 'stacks', 'test'] : [room], '.ts'))
    .map((room) => commandStep(`types ${room}`, 'tsc', ['--noEmit', '-p', room === '.' ? 'tsconfig.json' : room])),
  mochaStep({ name: 'unit', args: [], scratch: true }),
  jobsStep(findNomad),
]

const findNomad = async (): Promise<string> => {
  const onProgress = (note: string) => console.log(`  ${note}`)
  const options = { cache: cacheRoot(), releasesUrl: releasesUrl(), fromSource: false, onProgress }
  return (await ensureProgram(recipes.nomad, options)).path
}

/** Brings up a fleet, tests on it, and removes it whatever happens. */
async function fleetSteps(): Promise<StepResult[]> {
  const fleet = new TestFleet(fleetName)
  const interrupted = (signal: NodeJS.Signals) => {
    console.log(`${signal}: removing the fleet '${fleetName}'`)
    void fleet.remove().finally(() => process.exit(130))
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  const results = await runSteps([fleet.up()], report)
  try {
    // Without a fleet the rest could only fail again.
    if (results.every(({ failed }) => failed === 0)) {
      results.push(...(await runSteps([fleet.upAgain(), fleet.e2e()], report)))
    }
  } finally {
    results.push(...(await runSteps([fleet.down()], report)))
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
  return results
}

function report({ name, passed, failed, skipped, seconds }: StepResult): void {
  console.log(`--- ${name}: ${skipped ?? `${passed} passed, ${failed} failed`} (${seconds.toFixed(1)} s)`)
}
