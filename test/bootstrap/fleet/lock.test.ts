import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../../../bootstrap/fleet/lock'

describe('the lock of a fleet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-lock-'))
  const file = join(folder, 'locks', 'demo.lock')
  after(() => rmSync(folder, { recursive: true }))

  const refused = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'nothing was refused',
      (error: unknown) => String(error),
    )

  it('lets one in at a time', async () => {
    await withLock(file, async () => {
      expect(await refused(withLock(file, async () => undefined, 0))).to.contain('another command is working on it')
    })
    expect(await withLock(file, async () => 'free again', 0)).to.equal('free again')
  })

  it('is given back when the work fails', async () => {
    expect(await refused(withLock(file, () => Promise.reject(new Error('broken'))))).to.contain('broken')
    expect(await withLock(file, async () => 'free again', 0)).to.equal('free again')
  })
})
