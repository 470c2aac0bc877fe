import { expect } from 'chai'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fitsTo, forgetLocks, providerHash } from '../../../bootstrap/toolchain/provider-locks.js'

describe('the lock files of Terraform', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-test-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it("have a provider's checksum as Terraform computes it", async () => {
    const program = join(folder, 'terraform-provider-nomad_v2.5.2')
    writeFileSync(program, 'provider')
    // By Terraform 1.11.4's own `terraform init`.
    expect(await providerHash(program)).to.equal('h1:4/jx3xxY6bbzRQVZhsosD4AlFIDPyOl/Knfq5FNqW08=')
  })

  it('are looked at in all stacks, and may be missing', async () => {
    await forgetLocks(join(folder, 'not there'), () => false)
    const files = ['a', 'b'].map((stack) => {
      mkdirSync(join(folder, 'stacks', stack), { recursive: true })
      const file = join(folder, 'stacks', stack, '.terraform.lock.hcl')
      writeFileSync(
        file,
        `provider "registry.opentofu.org/hashicorp/nomad" {\n  hashes = [\n    "h1:${stack}",\n  ]\n}\n`,
      )
      return file
    })
    mkdirSync(join(folder, 'stacks/none'))
    await forgetLocks(folder, (hashes) => hashes.includes('h1:b'))
    const [a, b] = files.map((file) => readFileSync(file, 'utf8'))
    expect(a).to.equal('')
    expect(b).to.contain('h1:b')
  })

  it('fit to the stand-in that wrote them, and to the registry', () => {
    const registry = ['h1:real=', 'zh:ea1']
    expect(fitsTo('h1:now=')(['h1:now='])).to.equal(true)
    expect(fitsTo('h1:now=')(['h1:before='])).to.equal(false)
    expect(fitsTo('h1:now=')(registry)).to.equal(false)
    expect(fitsTo(undefined)(registry)).to.equal(true)
    expect(fitsTo(undefined)(['h1:before='])).to.equal(false)
  })
})
