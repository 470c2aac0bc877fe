import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asCaller, type Caller, findCaller, give, keepOwner, reclaim } from '../../../bootstrap/caller.js'

const sudo = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'someone', HOME: '/home/someone' }

describe('the one whom root works for', () => {
  it('is who called sudo, in a checkout of their own', () => {
    expect(findCaller({ uid: 0, env: sudo, owner: 1000 })).to.deep.equal({
      ...{ uid: 1000, gid: 1001, name: 'someone', home: '/home/someone' },
    })
  })

  it('is nobody without sudo, for root itself, for a user, and in a checkout of somebody else', () => {
    expect(findCaller({ uid: 0, env: { HOME: '/root' }, owner: 1000 }), 'no sudo').to.equal(undefined)
    expect(findCaller({ uid: 0, env: { ...sudo, SUDO_UID: '0' }, owner: 0 }), 'root').to.equal(undefined)
    expect(findCaller({ uid: 1000, env: sudo, owner: 1000 }), 'a user').to.equal(undefined)
    expect(findCaller({ uid: 0, env: sudo, owner: 0 }), "root's checkout").to.equal(undefined)
    expect(findCaller({ uid: 0, env: { ...sudo, SUDO_GID: 'x' }, owner: 1000 }), 'no group').to.equal(undefined)
  })
})

describe('what is done for the caller', () => {
  const root = process.getuid?.() === 0
  /** Root can give things away; anybody else can do all of this for themselves only. */
  const ids = root ? { uid: 65534, gid: 65534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const who: Caller = { ...ids, name: 'someone', home: '/home/someone' }
  let folder: string
  const owners = (...names: string[]) => names.map((name) => statSync(join(folder, name)).uid)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shoal-caller-'))
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/file'), '')
    writeFileSync(join(folder, 'other'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('runs as the caller, at home, and with what the command was to have', () => {
    const command = 'echo $(id -u):$(id -g) $HOME $USER $LOGNAME $MINE'
    const options = asCaller({ cwd: '/', env: { PATH: process.env.PATH, MINE: 'kept', HOME: '/x' } }, who)
    expect(execFileSync('sh', ['-c', command], options).toString().trim()).to.equal(
      `${ids.uid}:${ids.gid} /home/someone someone someone kept`,
    )
  })

  it('runs as it was to, where root works for nobody', () => {
    const options = { cwd: '/', env: { MINE: 'kept' } }
    expect(asCaller(options, undefined)).to.equal(options)
  })

  it('is the caller’s with all that is in it, and nothing beside or behind a link', async () => {
    symlinkSync('../other', join(folder, 'a/link'))
    await give(join(folder, 'a'), who)
    expect(owners('a', 'a/b', 'a/b/file')).to.deep.equal([ids.uid, ids.uid, ids.uid])
    expect(owners('other')).to.deep.equal([process.getuid?.()])
    await give(join(folder, 'missing'), who)
  })

  it('is taken back from root wherever it lies', async () => {
    await reclaim(folder, who)
    expect(owners('.', 'a/b/file', 'other')).to.deep.equal([ids.uid, ids.uid, ids.uid])
    await reclaim(join(folder, 'missing'), who)
  })

  it('stays with the owner of a folder that root has written into', async () => {
    await give(folder, who)
    writeFileSync(join(folder, 'a/new'), '')
    await keepOwner(folder)
    expect(owners('a/new')).to.deep.equal([ids.uid])
  })
})
