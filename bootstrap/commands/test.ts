import { Command, Option } from 'commander'
import { join } from 'node:path'
import { caller, reclaim } from '../caller.js'
import { commandStep } from '../checks/command-step.js'
import { hasFiles } from '../checks/files.js'
import { type IntegrationSteps, integrationSteps } from '../checks/integration-steps.js'
import { jobsStep } from '../checks/jobs-step.js'
import { mochaStep } from '../checks/mocha-step.js'
import { mysqlFiles, mysqlFilesAlone, mysqlSteps } from '../checks/mysql-steps.js'
import { recap } from '../checks/recap.js'
import { type Step, type StepResult, totals } from '../checks/step.js'
import { TestFleet } from '../checks/test-fleet.js'
import { TestRun } from '../checks/test-run.js'
import { cacheRoot, repositoryRoot } from '../paths.js'
import { requireRoot } from '../preflight/root.js'
import { ensurePackages } from '../toolchain/apt.js'
import { ensureProgram } from '../toolchain/program.js'
import { recipes } from '../toolchain/recipes.js'
import { releasesUrl } from '../toolchain/release.js'

const fleetName = 'shltest'

/** `bootstrap/test`: everything that must hold; the last line sums it up. */
export function testCommand(): Command {
  return new Command('test')
    .description(
      'check everything: lint, types, unit tests, jobs, integration on loopback, and end-to-end tests on a fleet of its own',
    )
    .option('--fast', 'only what takes a minute and needs no root: lint, types, unit tests, jobs')
    .addOption(
      new Option(
        '--mysql',
        'only the tests with real groups of MySQL instances on loopback, all of them (root, no fleet)',
      ).conflicts('fast'),
    )
    .addHelpText(
      'after',
      `
The fleet is called ${fleetName}; it is removed at the end, also after an interrupt or a failure.`,
    )
    .action(async ({ fast = false, mysql = false }: { fast?: boolean; mysql?: boolean }) => {
      if (!fast) {
        await requireRoot()
        await ensurePackages(
          { javac: 'default-jdk-headless', python3: 'python3', jq: 'jq', curl: 'curl' },
          'the unit tests of images and analysis',
        )
      }
      const results = await TestRun.during(async (run) => {
        // The tests on a fleet are root's, and deploy from here as a person would.
        const home = caller()?.home
        run.afterwards(async () => {
          await reclaim(repositoryRoot)
          if (home !== undefined) await reclaim(join(home, '.npm'))
        })
        if (mysql) return mysqlAlone(run)
        const rows = staticRows()
        console.log(`checking: ${rows.flatMap((row) => row.map(({ name }) => name)).join(', ')}`)
        await run.sideBySide(...rows)
        if (!fast) await withFleet(run)
      })
      const { failed, line } = totals(results)
      const again = recap(results)
      if (again !== '') console.log(`\n${again}\n`)
      console.log(line)
      process.exitCode = failed === 0 ? 0 : 1
    })
}

/** Two rows that take about as long as each other. */
const staticRows = (): Step[][] => [
  [
    // Not only checked: its declarations are what the rest is checked against.
    commandStep('types engine', 'tsc', ['-p', 'engine']),
    ...['.', 'examples', 'bootstrap', 'webapp', 'mysql-agent']
      .filter((room) =>
        hasFiles(repositoryRoot, room === '.' ? ['nomad', 'jobs', 'stacks', 'scheduler', 'test'] : [room], '.ts'),
      )
      .map((room) => commandStep(`types ${room}`, 'tsc', ['--noEmit', '-p', room === '.' ? 'tsconfig.json' : room])),
    commandStep('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  ],
  [commandStep('lint', 'eslint', ['.']), mochaStep({ name: 'unit', args: [] }), jobsStep(findNomad)],
]

const findNomad = async (onProgress: (note: string) => void): Promise<string> => {
  const options = { cache: cacheRoot(), releasesUrl: releasesUrl(), fromSource: false, onProgress }
  return (await ensureProgram(recipes.nomad, options)).path
}

/**
 * Brings up a fleet, tests on it, and removes it whatever happens. While it comes up, which is mostly waiting, the tests
 * that need none run in the background.
 */
async function withFleet(run: TestRun): Promise<void> {
  const fleet = new TestFleet(fleetName)
  run.afterwards(() => fleet.remove())
  const integration = Promise.all([
    withFirst(integrationSteps(), (...steps) => run.inBackground(...steps)),
    // What they measure has deadlines: beside whatever else runs they need their share.
    withFirst(mysqlSteps(), (...steps) => run.sideBySide(steps)),
  ])
  const [up] = await run.inTurn(fleet.up())
  await integration
  // Without a fleet the rest could only fail again.
  if (up?.failed === 0) await run.inTurn(fleet.upAgain(), fleet.e2e())
  await run.inTurn(fleet.down())
}

/** Without what comes first the rest could only fail again. */
async function withFirst(
  { first, rows }: IntegrationSteps,
  row: (...steps: Step[]) => Promise<StepResult[]>,
): Promise<void> {
  const [made] = await row(first)
  if (made?.failed === 0) await Promise.all(rows.map((steps) => row(...steps)))
}

async function mysqlAlone(run: TestRun): Promise<void> {
  const { first, rows } = mysqlSteps([...mysqlFiles, ...mysqlFilesAlone])
  const [made] = await run.inTurn(first)
  if (made?.failed === 0) await run.inTurn(...rows.flat())
}
