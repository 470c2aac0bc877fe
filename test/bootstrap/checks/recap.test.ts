import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandStep } from '../../../bootstrap/checks/command-step.js'
import { Crew } from '../../../bootstrap/checks/crew.js'
import { QuietDesk } from '../../../bootstrap/checks/desk.js'
import { mochaStep } from '../../../bootstrap/checks/mocha-step.js'
import { recap } from '../../../bootstrap/checks/recap.js'
import { runStep, type Step } from '../../../bootstrap/checks/step.js'

const result = (step: Step) => runStep(step, new QuietDesk(new Crew()))

describe('what failed in a run, told again at its end', () => {
  it('is nothing where nothing failed', async () => {
    expect(recap([await result(commandStep('fine', 'true', []))])).to.equal('')
  })

  it('is what a command said, cut in the middle', async () => {
    const failed = await result(commandStep('counts', 'sh', ['-c', 'seq 1 100; exit 3']))
    const lines = recap([failed]).split('\n')
    expect(lines.slice(0, 3)).to.deep.equal(['What failed:', '✖ counts: failed', '    1'])
    expect(lines).to.include('    ... 70 lines, above in full').and.not.include('    50')
    expect(lines.at(-1)).to.equal('    100')
  })

  it('is what a step threw', async () => {
    const failed = await result({ name: 'throws', run: () => Promise.reject(new Error('no disk')) })
    expect(recap([failed])).to.equal('What failed:\n✖ throws: failed\n    no disk')
  })

  it('is each test of mocha by its whole title, with its error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recap-'))
    try {
      const file = join(folder, 'two.cjs')
      await writeFile(
        file,
        `describe('a suite', () => {
          it('passes', () => {})
          it('fails', () => { throw new Error('this is why') })
          describe('inner', () => { before(() => { throw new Error('a hook') }); it('is never run', () => {}) })
        })`,
      )
      const failed = await result(mochaStep({ name: 'unit', args: ['--no-config', '--require', 'tsx', file] }))
      expect(failed).to.include({ passed: 1, failed: 2 })
      expect(recap([failed]))
        .to.match(/✖ unit: a suite fails\n {4}Error: this is why\n/)
        .and.match(/✖ unit: a suite inner "before all" hook .*\n {4}Error: a hook\n/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('is what mocha said where it broke off', async () => {
    const failed = await result(
      mochaStep({ name: 'unit', args: ['--no-config', '--require', 'tsx', '/no/such/file.cjs'] }),
    )
    expect(failed).to.include({ passed: 0, failed: 1 })
    expect(recap([failed])).to.match(/✖ unit: failed\n(.*\n)*.*No test files found/)
  })

  it('has the titles of all, and tells of the first few', async () => {
    const failures = Array.from({ length: 20 }, (_, number) => ({ title: `test ${number}`, said: `error ${number}` }))
    const text = recap([{ name: 'many', passed: 0, failed: 20, failures, seconds: 1 }])
    expect(text).to.include('test 19').and.include('error 7').and.not.include('error 8')
  })
})
