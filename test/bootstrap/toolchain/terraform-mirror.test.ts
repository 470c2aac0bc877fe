import { expect } from 'chai'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTerraformProvider } from '../../../bootstrap/toolchain/terraform-mirror.js'

describe('ensureTerraformProvider', () => {
  let folder: string
  let notes: string[]
  let builds: number

  const ensure = (answers: boolean, env: NodeJS.ProcessEnv = {}) =>
    ensureTerraformProvider({
      root: folder,
      cache: join(folder, 'cache'),
      env: { HOME: folder, ...env },
      onProgress: (note) => notes.push(note),
      registryAnswers: () => Promise.resolve(answers),
      build: async (_cwd, _program, output) => {
        builds++
        writeFileSync(output, 'provider', { mode: 0o755 })
      },
    })
  const program = 'hashicorp/nomad/2.5.2/linux_amd64/terraform-provider-nomad_v2.5.2'

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
    mkdirSync(join(folder, 'bootstrap/terraform-provider'), { recursive: true })
    writeFileSync(join(folder, 'bootstrap/terraform-provider/main.go'), 'package main')
    notes = []
    builds = 0
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('leaves everything to Terraform where its registry answers', async () => {
    expect(await ensure(true)).to.deep.equal({ standIn: false })
    expect(builds).to.equal(0)
  })

  it('puts a stand-in into a mirror for that one provider, and says so', async () => {
    const { standIn, cliConfig = '' } = await ensure(false)
    expect(standIn).to.equal(true)
    expect(notes.join()).to.contain('STAND-IN')
    for (const host of ['registry.terraform.io', 'registry.opentofu.org']) {
      expect(readFileSync(join(folder, 'cache/terraform-mirror', host, program), 'utf8')).to.equal('provider')
    }
    const config = readFileSync(cliConfig, 'utf8')
    expect(config).to.match(/filesystem_mirror \{[^}]*include = \["registry.terraform.io\/hashicorp\/nomad"/)
    expect(config).to.match(/direct \{[^}]*exclude = \["registry.terraform.io\/hashicorp\/nomad"/)
  })

  it('builds again only when the sources have changed', async () => {
    await ensure(false)
    await ensure(false)
    expect(builds).to.equal(1)
    writeFileSync(join(folder, 'bootstrap/terraform-provider/main.go'), 'package main // 2')
    await ensure(false)
    expect(builds).to.equal(2)
  })

  it('takes its configuration away as soon as the registry answers', async () => {
    const { cliConfig = '' } = await ensure(false)
    await ensure(true)
    expect(existsSync(cliConfig)).to.equal(false)
  })

  it("never overrides a user's own provider_installation", async () => {
    writeFileSync(join(folder, '.terraformrc'), 'provider_installation {\n  direct {}\n}\n')
    expect(await ensure(false)).to.deep.equal({ standIn: false })
    writeFileSync(join(folder, 'other'), 'disable_checkpoint = true\n')
    expect(await ensure(false, { TF_CLI_CONFIG_FILE: join(folder, 'other') })).to.include({ standIn: true })
    expect(await ensure(false, { TF_CLI_CONFIG_FILE: join(folder, 'not there') })).to.include({ standIn: true })
  })
})
