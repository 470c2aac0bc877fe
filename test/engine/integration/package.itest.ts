import { execFileSync, spawnSync } from 'node:child_process'
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
    const run = (...args: string[]) => {
      const file = join(folder, 'node_modules/.bin/nomad-engine')
      return spawnSync(node, [file, ...args], { cwd: folder, encoding: 'utf8' })
    }

    it(`says what is wrong with a broken job, with the line, on Node ${version}`, () => {
      const { status, stdout, stderr } = run('validate', 'broken.nomad.hcl')
      expect(stderr).to.equal('')
      expect(stdout).to.contain('broken.nomad.hcl:3:5: error: Unsupported argument\n  3 |     cuont = 2\n')
      expect(status).to.equal(1)
    })

    it(`validates, formats, parses and plans on Node ${version}`, () => {
      expect(run('validate', 'fine.nomad.hcl')).to.include({ status: 0, stdout: 'fine.nomad.hcl: valid\n', stderr: '' })
      const invalid = run('validate', 'invalid.nomad.hcl', '--json')
      expect(invalid.status).to.equal(1)
      expect(JSON.parse(invalid.stdout)).to.have.nested.property('[0].errors[0].path', 'TaskGroups[web]')
      expect(run('fmt', '--check', 'fine.nomad.hcl')).to.include({ status: 0, stdout: '' })
      expect(JSON.parse(run('parse', 'fine.nomad.hcl').stdout)).to.have.nested.property('Job.ID', 'web')
      const plan = run('plan', 'fine.nomad.hcl', '--node', 'cpu=2000,memory=2000,count=3')
      expect(plan.stdout).to.match(/web: 2 placed\n/u)
      expect(plan.status).to.equal(0)
      expect(run('plan', 'fine.nomad.hcl', '--node', 'cpu=2000,memory=400').status).to.equal(1)
    })

    it(`tells a command that can’t be carried out on Node ${version}`, () => {
      expect(run('validate', 'nope.hcl')).to.include({ status: 2, stdout: '' })
      expect(run('bogus').stderr).to.contain('no command "bogus". Allowed: validate, fmt, parse, plan.')
    })
  }
})
