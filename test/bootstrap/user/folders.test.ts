import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { terraformEnv } from '../../../bootstrap/fleet/env.js'
import { ensureFolders } from '../../../bootstrap/fleet/node.js'
import { NodePaths } from '../../../bootstrap/fleet/paths.js'

describe('the folders of a fleet', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shoal-folders-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

  it('lets containers pass to their volumes, and nobody but root to what Consul stores', async () => {
    const node = new NodePaths(join(folder, 'node-1'))
    // As an earlier version has left it.
    mkdirSync(node.consul, { recursive: true, mode: 0o711 })
    await ensureFolders(node)
    expect(mode(node.consul)).to.equal('700')
    expect([node.root, node.volumes, node.nomad].map(mode)).to.satisfy((modes: string[]) =>
      modes.every((one) => one.endsWith('1') || one.endsWith('5')),
    )
  })

  it("keeps what Terraform remembers of one fleet's state apart from another's", () => {
    expect(terraformEnv('a', folder)).to.deep.equal({ TF_DATA_DIR: '.terraform/fleets/a' })
    expect(terraformEnv('b', folder).TF_DATA_DIR).to.not.equal(terraformEnv('a', folder).TF_DATA_DIR)
  })

  it("takes Terraform's stand-in provider where there is one", () => {
    const config = join(folder, 'terraform-mirror', 'terraform.rc')
    mkdirSync(join(folder, 'terraform-mirror'))
    writeFileSync(config, '')
    expect(terraformEnv('a', folder)).to.include({ TF_CLI_CONFIG_FILE: config, CDKTF_SKIP_PROVIDER_LOCK: 'true' })
  })
})
