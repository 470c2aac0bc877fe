import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

const room = join(__dirname, '../../../engine')
/** Other versions of Node to try: paths, with colons between. */
const others = (process.env['NODE_BINARIES'] ?? '').split(':').filter((file) => file !== '')

const broken = `job "web" {
  group "web" {
    cuont = 2
    task "server" {
      driver = "docker"
    }
  }
}
`

describe('engine package', () => {
  let folder: string
  let size: number

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'engine-package-'))
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: room, stdio: 'ignore' })
    const [packed = ''] = readdirSync(folder)
    size = statSync(join(folder, packed)).size
    writeFileSync(join(folder, 'package.json'), '{"private": true}')
    execFileSync('npm', ['install', '--offline', '--no-audit', join(folder, packed)], { cwd: folder, stdio: 'ignore' })
    writeFileSync(join(folder, 'broken.nomad.hcl'), broken)
    writeFileSync(join(folder, 'invalid.nomad.hcl'), broken.replace('cuont = 2', 'count = -2'))
    writeFileSync(join(folder, 'fine.nomad.hcl'), broken.replace('cuont = 2', 'count = 2'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is smaller than 12 MB, and needs no other package', () => {
    console.log(`      ${(size / 1e6).toFixed(2)} MB`)
    expect(size).to.be.below(12e6)
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).to.deep.equal([
      'nomad-engine',
    ])
  })

  for (const node of [process.execPath, ...others]) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    const run = (...args: string[]) =>
      new Promise<{ readonly status: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
        const file = join(folder, 'node_modules/.bin/nomad-engine')
        execFile(node, [file, ...args], { cwd: folder }, (error, stdout, stderr) =>
          resolve({ status: error ? error.code : 0, stdout, stderr }),
        )
      })

    it(`says what is wrong with a broken job, with the line, on Node ${version}`, async () => {
      const { status, stdout, stderr } = await run('validate', 'broken.nomad.hcl')
      expect(stderr).to.equal('')
      expect(stdout).to.contain('broken.nomad.hcl:3:5: error: Unsupported argument\n  3 |     cuont = 2\n')
      expect(status).to.equal(1)
    })

    it(`validates, formats, parses and plans on Node ${version}`, async () => {
      const [valid, invalid, format] = await Promise.all([
        run('validate', 'fine.nomad.hcl'),
        run('validate', 'invalid.nomad.hcl', '--json'),
        run('fmt', '--check', 'fine.nomad.hcl'),
      ])
      expect(valid).to.include({ status: 0, stdout: 'fine.nomad.hcl: valid\n', stderr: '' })
      expect(invalid.status).to.equal(1)
      expect(JSON.parse(invalid.stdout)).to.have.nested.property('[0].errors[0].path', 'TaskGroups[web]')
      expect(format).to.include({ status: 0, stdout: '' })
      const [parsed, plan, full] = await Promise.all([
        run('parse', 'fine.nomad.hcl'),
        run('plan', 'fine.nomad.hcl', '--node', 'cpu=2000,memory=2000,count=3'),
        run('plan', 'fine.nomad.hcl', '--node', 'cpu=2000,memory=400'),
      ])
      expect(JSON.parse(parsed.stdout)).to.have.nested.property('Job.ID', 'web')
      expect(plan.stdout).to.match(/web: 2 placed\n/u)
      expect(plan.status).to.equal(0)
      expect(full.status).to.equal(1)
    })

    it(`tells a command that can’t be carried out on Node ${version}`, async () => {
      expect(await run('validate', 'nope.hcl')).to.include({ status: 2, stdout: '' })
      expect((await run('bogus')).stderr).to.contain('no command "bogus". Allowed: validate, fmt, parse, plan.')
    })
  }
})
