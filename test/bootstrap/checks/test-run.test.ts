import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Crew } from '../../../bootstrap/checks/crew.js'
import { type Step, totals } from '../../../bootstrap/checks/step.js'
import { TestRun } from '../../../bootstrap/checks/test-run.js'

const step = (name: string, run: Step['run'] = () => Promise.resolve({ passed: 1, failed: 0 })): Step => ({ name, run })

describe('bootstrap/test', () => {
  it('goes on after a failed step, or one that throws, and sums up all of them', async () => {
    const written: string[] = []
    const results = await TestRun.during(
      async (run) => {
        await run.inTurn(
          step('a', () => Promise.resolve({ passed: 3, failed: 1 })),
          step('b', () => Promise.reject(new Error('no'))),
          step('c'),
        )
      },
      (text) => written.push(text),
    )
    expect(written.map((text) => text.replace(/ \(.*/s, ''))).to.deep.equal([
      '--- a: 3 passed, 1 failed',
      '--- b: 0 passed, 1 failed',
      '--- c: 1 passed, 0 failed',
    ])
    expect(totals(results)).to.include({ passed: 4, failed: 2, line: '4 passed, 2 failed' })
  })

  it('prints what a step beside others said in one piece, and holds it back while a step has the terminal', async () => {
    const written: string[] = []
    const gate: { open?: () => void } = {}
    const aside = step('aside', async (desk) => {
      desk.print('one')
      await desk.run('sh', ['-c', 'echo two; echo three >&2'])
      return { passed: 1, failed: 0 }
    })
    await TestRun.during(
      async (run) => {
        const background = run.inBackground(
          aside,
          step('after', () => (gate.open?.(), Promise.resolve({ passed: 1, failed: 0 }))),
        )
        await run.inTurn(step('front', () => new Promise((done) => (gate.open = () => done({ passed: 1, failed: 0 })))))
        await background
      },
      (text) => written.push(text.replace(/ \(.*/s, '')),
    )
    expect(written[0]).to.equal('--- front: 1 passed, 0 failed')
    expect(written.slice(1)).to.have.members([
      'one\ntwo\nthree\n--- aside: 1 passed, 0 failed',
      '--- after: 1 passed, 0 failed',
    ])
  })

  it('lets the machine be for others first in the background', async () => {
    const crew = new Crew()
    const front = await crew.run('nice', [], { output: 'keep' })
    const back = await crew.run('nice', [], { output: 'keep', background: true })
    expect(Number(back.output) - Number(front.output)).to.be.within(Number(front.output) >= 10 ? 0 : 1, 10)
  })

  it('tells of a program that is not there', async () => {
    const { exitCode, output } = await new Crew().run('no-such-program', [], { output: 'keep' })
    expect(exitCode).to.not.equal(0)
    expect(output).to.include('no-such-program')
  })

  it('ends a command together with what it has started, and starts nothing more', async () => {
    const crew = new Crew()
    const folder = await mkdtemp(join(tmpdir(), 'crew-'))
    const file = join(folder, 'pid')
    const running = crew.run('sh', ['-c', `sleep 300 & echo $! > ${file}.new; mv ${file}.new ${file}; wait`], {
      output: 'keep',
    })
    while (!existsSync(file)) await new Promise((wake) => setTimeout(wake, 10))
    await crew.stop()
    await running
    const pid = (await readFile(file, 'utf8')).trim()
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')
    expect(state).to.match(/^gone$|\) Z /)
    expect(await crew.run('true', [], { output: 'keep' }).catch((error: Error) => error.message)).to.match(
      /interrupted/,
    )
  })

  it('has a temporary folder of its own, and removes it with those of runs that were killed', async () => {
    const dead = join(tmpdir(), 'shoal-test-4194305')
    await mkdir(join(dead, 'left'), { recursive: true })
    const before = process.env['TMPDIR']
    let during = ''
    await TestRun.during(
      async () => {
        during = tmpdir()
        await writeFile(join(during, 'left'), '')
        expect(existsSync(dead)).to.equal(false)
      },
      () => undefined,
    )
    expect(during).to.match(/shoal-test-\d+$/)
    expect(existsSync(during)).to.equal(false)
    expect(process.env['TMPDIR']).to.equal(before)
  })

  it('undoes what was made, the last first, also after a step that could not be begun', async () => {
    const undone: string[] = []
    const failure = await TestRun.during(
      async (run) => {
        run.afterwards(async () => void undone.push('first'))
        run.afterwards(async () => void undone.push('second'))
        throw new Error('no')
      },
      () => undefined,
    ).catch((error: Error) => error.message)
    expect(failure).to.equal('no')
    expect(undone).to.deep.equal(['second', 'first'])
  })
})
