import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const execute = promisify(execFile)
const root = join(__dirname, '..', '..', '..')

describe('cdktn, the fork of cdktf that goes on', function () {
  this.timeout(300_000)

  it('passes all unit tests of the generator in its place', async () => {
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js')
    const options = ['--no-config', '--require', 'tsx', '--require', join(__dirname, 'cdktn-hook.ts')]
    const args = [mocha, ...options, '--timeout', '60000', '--reporter', 'json', 'test/nomad/*.test.ts']
    const run = execute(process.execPath, args, { cwd: root, maxBuffer: 2 ** 27 })
    const { stdout } = await run.catch((error: unknown) => error as { stdout: string })
    const { stats, failures } = JSON.parse(stdout.slice(stdout.indexOf('{\n  "stats"'))) as {
      stats: { passes: number }
      failures: { fullTitle: string; err: { message: string } }[]
    }
    expect(failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`)).to.deep.equal([])
    expect(stats.passes).to.be.above(500)
  })

  it('is what ran', async () => {
    const program = `console.log(require('cdktf/package.json').name, require.resolve('cdktf/lib/_tokens').includes('cdktn'))`
    const args = ['--require', 'tsx/cjs', '--require', join(__dirname, 'cdktn-hook.ts'), '--eval', program]
    const { stdout } = await execute(process.execPath, args, { cwd: root })
    expect(stdout.trim()).to.equal('cdktn true')
  })
})
