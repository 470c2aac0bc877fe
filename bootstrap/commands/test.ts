import { Command } from 'commander'
import { commandStep } from '../checks/command-step.js'
import { mochaStep } from '../checks/mocha-step.js'
import { runSteps, type Step, totals } from '../checks/step.js'
import { repositoryRoot } from '../paths.js'
import { hasFiles } from '../checks/files.js'

const staticSteps = (): Step[] => [
  commandStep('lint', 'eslint', ['.']),
  commandStep('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  ...['.', 'bootstrap', 'webapp', 'mysql-agent']
    .filter((room) => hasFiles(repositoryRoot, room === '.' ? ['nomad', 'jobs', 'stacks', 'test'] : [room], '.ts'))
    .map((room) => commandStep(`types ${room}`, 'tsc', ['--noEmit', '-p', room === '.' ? 'tsconfig.json' : room])),
  mochaStep({ name: 'unit', args: [] }),
]

/** `bootstrap/test`: everything that must hold, one step after another; the last line sums it up. */
export function testCommand(): Command {
  return new Command('test')
    .description('check everything: lint, types, unit tests, jobs, and a fleet of its own with end-to-end tests')
    .option('--fast', 'only what needs no fleet: lint, types, unit tests')
    .action(async () => {
      const results = await runSteps(staticSteps(), (result) => {
        const note = result.skipped ?? `${result.passed} passed, ${result.failed} failed`
        console.log(`--- ${result.name}: ${note} (${result.seconds.toFixed(1)} s)`)
      })
      const { failed, line } = totals(results)
      console.log(line)
      process.exitCode = failed === 0 ? 0 : 1
    })
}
