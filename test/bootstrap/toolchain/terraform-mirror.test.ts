import { expect } from 'chai'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTerraformProvider } from '../../../bootstrap/toolchain/terraform-mirror.js'

describe('ensureTerraformProvider', () => {
  let folder: string
  let notes: string[]
  let builds: number
  let built: string

  const ensure = (answers: boolean, env: NodeJS.ProcessEnv = {}) =>
    ensureTerraformProvider({
      root: folder,
      cache: join(folder, 'cache'),
      env: { HOME: folder, ...env },
      onProgress: (note) => notes.push(note),
      registryAnswers: () => Promise.resolve(answers),
      build: async (_cwd, _program, output) => {
        builds++
        writeFileSync(output, built, { mode: 0o755 })
      },
    })
  const program = 'hashicorp/nomad/2.5.2/linux_amd64/terraform-provider-nomad_v2.5.2'

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))
    mkdirSync(join(folder, 'bootstrap/terraform-provider'), { recursive: true })
    writeFileSync(join(folder, 'bootstrap/terraform-provider/main.go'), 'package main')
    notes = []
    builds = 0
    built = 'provider'
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('leaves everything to Terraform where its registry answers', async () => {
    expect(await ensure(true)).to.deep.equal({})
    expect(builds).to.equal(0)
  })

  it('puts a stand-in into a mirror for that one provider, and says so', async () => {
    const { standIn, cliConfig = '' } = await ensure(false)
    expect(standIn).to.match(/^h1:.{43}=$/)
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
    expect(await ensure(false)).to.deep.equal({})
    writeFileSync(join(folder, 'other'), 'disable_checkpoint = true\n')
    expect(await ensure(false, { TF_CLI_CONFIG_FILE: join(folder, 'other') })).to.have.property('standIn')
    expect(await ensure(false, { TF_CLI_CONFIG_FILE: join(folder, 'not there') })).to.have.property('standIn')
  })

  describe('when another provider is there than before', () => {
    const hashOf = async () => (await ensure(false)).standIn ?? ''
    /** Another edition of the stand-in. */
    const upgrade = () => {
      built = 'another provider'
      writeFileSync(join(folder, 'bootstrap/terraform-provider/main.go'), 'package main // 2')
    }
    const lock = (app: string, ...hashes: string[]): string => {
      const stack = join(folder, app, 'cdktf.out/stacks/site')
      mkdirSync(stack, { recursive: true })
      const file = join(stack, '.terraform.lock.hcl')
      writeFileSync(file, lockFile(hashes))
      return file
    }

    it('forgets the checksums of earlier stand-ins in the apps of the repository', async () => {
      const old = await hashOf()
      const files = ['.', 'examples', 'examples/first'].map((app) => lock(app, old))
      await ensure(false)
      for (const file of files) expect(readFileSync(file, 'utf8')).to.equal(lockFile([old]))
      upgrade()
      expect(await hashOf()).not.to.equal(old)
      for (const file of files) expect(readFileSync(file, 'utf8')).to.equal(lockFile())
    })

    it('knows the stand-in that was there before it wrote checksums down', async () => {
      const file = lock('.', await hashOf())
      rmSync(join(folder, 'cache/terraform-mirror/stand-ins'))
      upgrade()
      await ensure(false)
      expect(readFileSync(file, 'utf8')).to.equal(lockFile())
    })

    it('forgets a stand-in when the registry answers again', async () => {
      const file = lock('.', await hashOf())
      await ensure(true)
      expect(readFileSync(file, 'utf8')).to.equal(lockFile())
    })

    it('keeps the checksums of the real provider, and of one from a mirror of the user', async () => {
      const old = await hashOf()
      const files = { '.': ['h1:real=', 'zh:ea1'], examples: ['h1:mirror='], 'examples/first': [old, 'h1:real='] }
      for (const [app, hashes] of Object.entries(files)) lock(app, ...hashes)
      upgrade()
      await ensure(false)
      await ensure(true)
      for (const [app, hashes] of Object.entries(files)) {
        const file = join(folder, app, 'cdktf.out/stacks/site/.terraform.lock.hcl')
        expect(readFileSync(file, 'utf8')).to.equal(lockFile(hashes))
      }
    })
  })
})

/** A lock file with these checksums of the provider, or without the provider; another provider is always in it. */
function lockFile(hashes?: readonly string[]): string {
  const entry = (address: string, of: readonly string[]) => `provider "registry.terraform.io/${address}" {
  version     = "2.5.2"
  constraints = "2.5.2"
  hashes = [
${of.map((hash) => `    "${hash}",\n`).join('')}  ]
}
`
  return [
    '# This file is maintained automatically by "terraform init".\n',
    ...(hashes === undefined ? [] : [entry('hashicorp/nomad', hashes)]),
    entry('hashicorp/random', ['h1:random=']),
  ].join('\n')
}
