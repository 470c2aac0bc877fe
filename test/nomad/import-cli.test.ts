import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { renderJson } from '../../nomad/hcl'
import type { LoadedEngine, ParserAnswer, ParserOptions } from '../../nomad/import'
import { main } from '../../nomad/import/cli'
import { EngineMissing } from '../../nomad/import/parser'

const hcl =
  'variable "n" {\n  default = "t"\n}\njob "j" {\n  group "g" {\n    task "t" {\n      driver = "x"\n    }\n  }\n}\n'
const fine: ParserAnswer = {
  ok: true,
  job: renderJson({ id: 'j', group: [{ name: 'g', task: [{ name: 't', driver: 'x' }] }] }) as Record<string, unknown>,
}

describe('nomad-constructs', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nomad-constructs-'))
    file = join(folder, 'job.nomad.hcl')
    writeFileSync(file, hcl)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Runs the command with an engine that gives this answer. */
  async function run(argv: readonly string[], answer: ParserAnswer | Error = fine) {
    const said = { out: '', err: '', asked: [] as ParserOptions[], closed: 0 }
    const engine: LoadedEngine = {
      parse: (_, options) => {
        said.asked.push(options)
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      close: () => {
        said.closed++
        return Promise.resolve()
      },
    }
    const code = await main(argv, {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      engine: () => (answer instanceof EngineMissing ? Promise.reject(answer) : Promise.resolve(engine)),
    })
    return { code, ...said }
  }

  it('says how it is called', async () => {
    for (const argv of [[], ['--help'], ['help']]) expect(await run(argv)).to.include({ code: 0, err: '' })
    const help = await run(['import', '--help'])
    expect(help.code).to.equal(0)
    for (const option of ['--out', '--var', '--var-file', '--class', '--from', '--exact', '--force', 'Exit codes']) {
      expect(help.out).to.contain(option)
    }
    expect((await run(['--version'])).out).to.match(/^\d+\.\d+\.\d+\n$/)
  })

  it('writes to standard output, or into a file that is not there yet', async () => {
    const printed = await run(['import', file])
    expect(printed).to.include({ code: 0, closed: 1 })
    expect(printed.out).to.contain('export class J extends Job')
    const out = join(folder, 'j.ts')
    expect(await run(['import', file, '--out', out, '--class', 'Mine', '--from', '../nomad'])).to.include({
      code: 0,
      out: '',
    })
    expect(readFileSync(out, 'utf8')).to.contain('export class Mine extends Job').and.contain("from '../nomad'")
    expect(await run(['import', file, '-o', out])).to.deep.include({ code: 2, asked: [] })
    expect((await run(['import', file, '-o', out, '-f'])).code).to.equal(0)
    expect(readFileSync(out, 'utf8')).to.contain('export class J extends Job')
  })

  it('hands variables on', async () => {
    const vars = join(folder, 'vars.hcl')
    writeFileSync(vars, 'a = "b"\n')
    const { asked, code } = await run(['import', file, '--var', 'n=x', '--var', 'm=y=z', '--var-file', vars])
    expect(code).to.equal(0)
    expect(asked[0]).to.deep.include({ variables: 'a = "b"\n', varArgs: ['n=x', 'm=y=z'], path: 'job.nomad.hcl' })
  })

  it('fails with 1 where the job file is wrong, and says in which line', async () => {
    const wrong: ParserAnswer = {
      ok: false,
      error: 'x',
      diagnostics: [{ summary: 'Unsupported argument', start: { line: 6, column: 7 } }],
    }
    const { code, err, closed } = await run(['import', file, '-o', join(folder, 'j.ts')], wrong)
    expect({ code, err, closed }).to.deep.equal({
      code: 1,
      err: 'job.nomad.hcl:6:7: Unsupported argument\n',
      closed: 1,
    })
    expect(existsSync(join(folder, 'j.ts'))).to.equal(false)
  })

  it('fails with 2 where the call is wrong', async () => {
    const cases: [string[], string][] = [
      [['export'], 'there is no command "export"'],
      [['import'], 'import needs a job file'],
      [['import', 'a', 'b'], 'import takes one job file, got "a" and "b"'],
      [['import', file, '--var', 'x'], '--var needs name=value, got "x"'],
      [['import', file, '--class', 'x-y'], '--class needs a name such as MyJob, got "x-y"'],
      [['import', file, '--nope'], '--nope'],
      [['import', join(folder, 'none.hcl')], `there is no file "${join(folder, 'none.hcl')}"`],
      [['import', folder], 'is a folder'],
      [['import', file, '--var-file', folder], 'is a folder'],
    ]
    for (const [argv, said] of cases) {
      const { code, err } = await run(argv)
      expect([code, err.includes(said)], `${argv.join(' ')}: ${err}`).to.deep.equal([2, true])
    }
    writeFileSync(file, '{"ID": "x"}')
    expect((await run(['import', file])).err).to.contain('holds JSON')
  })

  it('says what to install where there is nothing to read HCL with', async () => {
    const { code, err } = await run(['import', file], new EngineMissing(new Error('not found')))
    expect(code).to.equal(2)
    expect(err).to.contain('npm install --save-dev nomad-engine')
  })
})
