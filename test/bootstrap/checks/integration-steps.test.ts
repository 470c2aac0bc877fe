import { expect } from 'chai'
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Desk } from '../../../bootstrap/checks/desk.js'
import { integrationSteps } from '../../../bootstrap/checks/integration-steps.js'
import { mysqlFiles, mysqlFilesAlone, mysqlSteps } from '../../../bootstrap/checks/mysql-steps.js'
import { repositoryRoot } from '../../../bootstrap/paths.js'

const everywhere = readdirSync(join(repositoryRoot, 'test'), { recursive: true, encoding: 'utf8' })
const files = everywhere.filter((name) => name.endsWith('.itest.ts')).map((name) => join('test', name))

/** The files that mocha would run. */
function chosen(args: readonly string[]): string[] {
  const ignored = args.filter((_, index) => args[index - 1] === '--ignore')
  const patterns = args.filter((one) => one.endsWith('.itest.ts') && !ignored.includes(one))
  return files.filter(
    (file) =>
      !ignored.includes(file) &&
      patterns.some((one) => one === file || (basename(one) === '*.itest.ts' && dirname(one) === dirname(file))),
  )
}

describe('bootstrap/test, tests with real parts', () => {
  it('runs each of them once, and counts a step as failed whose mocha leaves no result', async () => {
    const ran: string[] = []
    const desk: Desk = {
      run: (_file, args) => {
        ran.push(...chosen(args))
        return Promise.resolve({ exitCode: 0, output: '' })
      },
      print: () => undefined,
    }
    const steps = [integrationSteps(), mysqlSteps([...mysqlFiles, ...mysqlFilesAlone])].flatMap(({ rows }) =>
      rows.flat(),
    )
    for (const step of steps) expect(await step.run(desk), step.name).to.include({ passed: 0, failed: 1 })
    expect(files).to.include('test/mysql-agent/integration/failover.itest.ts')
    expect(ran.sort()).to.deep.equal(files.sort())
    expect(new Set(steps.map(({ name }) => name)).size).to.equal(steps.length)
  })
})
