import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

describe('an interrupt on a terminal', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-interrupt-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('says what was at work, gives the cursor back, and leaves with 130', async () => {
    const file = join(folder, 'program.mjs')
    const module = (path: string) => JSON.stringify(pathToFileURL(resolve(path)).href)
    writeFileSync(
      file,
      `const { runStages } = await import(${module('bootstrap/progress/run-stages.ts')})
      const run = async (note) => {
        note('at it')
        setTimeout(() => process.kill(process.pid, 'SIGINT'), 300)
        await new Promise((resolve) => setTimeout(resolve, 30_000))
        return { summary: 'done' }
      }
      await runStages([{ name: 'working', run }])`,
    )
    const command = `${process.execPath} --import tsx ${file}`
    // `script` gives the command a terminal, and leaves with its code.
    const { code, printed } = await new Promise<{ code: unknown; printed: string }>((done) => {
      const env = { ...process.env, CI: '', TERM: 'xterm' }
      execFile('script', ['-qec', command, join(folder, 'log')], { env }, (error, stdout) =>
        done({ code: error?.code ?? 0, printed: stdout }),
      )
    })
    expect(printed).to.contain('Interrupted in working')
    expect(printed.lastIndexOf('\u001B[?25h')).to.be.greaterThan(printed.lastIndexOf('\u001B[?25l'))
    expect(code).to.equal(130)
  })
})
