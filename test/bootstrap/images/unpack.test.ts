import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackImage } from '../../../bootstrap/images/unpack.js'
import { repositoryRoot } from '../../../bootstrap/paths.js'

describe('images unpack', () => {
  it('leaves a folder alone that is there, and says so before it builds anything', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unpack-'))
    try {
      const cache = join(folder, 'cache')
      const said = await unpackImage(repositoryRoot, cache, 'mysql-backup', folder, () => undefined).catch(String)
      expect(said)
        .to.include('the folder is there already')
        .and.include(folder)
        .and.match(/\n {2}do {7}/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
