import { expect } from 'chai'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Group, type Instance, until, withGroup } from '../../mysql-agent/integration/group'
import { NomadStub } from './nomad-stub'
import { Keeper, type Ended } from './program'

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

describe('backup and restore of three real instances', function () {
  const group = new Group(21, 3)
  const keepers = group.instances.map((instance) => new Keeper(group, instance))
  const nomad = new NomadStub(group, keepers, 'restore')
  let dispatches = 0
  let first: Date
  let second: Date

  withGroup(this, group, async () => {
    for (const keeper of keepers) await keeper.prepare()
    await nomad.listen()
    await group.replicas(2, 240)
    await (await group.primary()).query('app', 'CREATE TABLE noted (id INT PRIMARY KEY, at DATETIME(6) NOT NULL)')
    for (const keeper of keepers) keeper.startArchiver()
  })
  after(() => nomad.close())

  async function write(from: number, to: number): Promise<void> {
    const primary = await group.primary()
    for (let id = from; id <= to; id++) await primary.query('app', `INSERT INTO noted VALUES (${id}, NOW(6))`)
  }
  async function ids(instance: Instance): Promise<number[]> {
    return (await instance.query('root', 'SELECT id FROM accounts.noted ORDER BY id')).map((row) => Number(row['id']))
  }
  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

  /** Between two transactions, and a little away from both. */
  async function moment(): Promise<Date> {
    await pause(50)
    const now = new Date()
    await pause(50)
    return now
  }

  /** Until every archive is known to be complete up to now. */
  async function archived(): Promise<void> {
    const now = Math.ceil(Date.now() / 1000)
    for (const keeper of keepers)
      await until(`${keeper.name}'s archive complete`, 60, async () => (await heard(keeper)) >= now)
  }
  async function heard(keeper: Keeper): Promise<number> {
    const folder = join(keeper.store, 'binlog')
    const streams = (await readdir(folder)).filter((name) => name.startsWith('2')).sort()
    const state = JSON.parse(await readFile(join(folder, streams.at(-1)!, 'state.json'), 'utf8')) as { heard: number }
    return state.heard
  }

  async function restore(meta: Record<string, string>): Promise<Ended[]> {
    const env = Object.fromEntries(Object.entries(meta).map(([name, value]) => [`NOMAD_META_${name}`, value]))
    const id = `mysql-restore/dispatch-${++dispatches}`
    for (const keeper of keepers) nomad.taking.add(keeper.name)
    return Promise.all(
      keepers.map(async (keeper) => {
        const ended = await keeper.run('restore', [], { ...env, NOMAD_JOB_ID: id, NOMAD_TOKEN: 'token' })
        nomad.taking.delete(keeper.name)
        return ended
      }),
    )
  }
  const said = (ended: readonly Ended[]): string => ended.map((one) => one.output).join('\n')

  it('makes the first base by itself on one node, and no second', async () => {
    const ended = await Promise.all(keepers.map((keeper) => keeper.run('backup', ['first'])))
    expect(
      ended.map((one) => one.code),
      said(ended),
    ).to.deep.equal([0, 0, 0])
    const bases = await Promise.all(keepers.map((one) => readdir(join(one.store, 'base')).catch(() => [])))
    expect(bases.flat(), said(ended)).to.have.length(1)
    expect(await group.kv('shoal/mysql/backup/latest')).to.include({ state: 'done', id: bases.flat()[0] })
    const again = await Promise.all(keepers.map((keeper) => keeper.run('backup', ['first'])))
    for (const { code, output } of again) expect([code, output.includes('has a base backup')]).to.deep.equal([0, true])
    // The tests below count from none.
    for (const keeper of keepers) await rm(join(keeper.store, 'base'), { recursive: true, force: true })
  })

  it('copies each replica, not the primary, and says so in Consul', async () => {
    await write(1, 20)
    const ended = await Promise.all(keepers.map((keeper) => keeper.run('backup')))
    expect(
      ended.map((one) => one.code),
      said(ended),
    ).to.deep.equal([0, 0, 0])
    const latest = (await group.kv('shoal/mysql/backup/latest')) as {
      state: string
      bytes: number
      gtidAfter: string
      seconds: number
    }
    expect(latest).to.include({ state: 'done' })
    expect(latest.gtidAfter).to.match(/:1-\d+/)
    console.log(`      ${latest.bytes} bytes in ${latest.seconds} s`)
    const primary = await group.primary()
    for (const keeper of keepers) {
      const kept = (await readdir(join(keeper.store, 'base')).catch(() => [])).length
      expect(kept, keeper.name).to.equal(keeper.instance === primary ? 0 : 1)
    }
  })

  it('archives what is written, on every node', async () => {
    await write(21, 40)
    first = await moment()
    await write(41, 60)
    await archived()
    for (const keeper of keepers) {
      const { code, output } = await keeper.run('archive', ['check'])
      expect(code, output).to.equal(0)
    }
  })

  it('loses nothing when an archiver is killed and its source dies', async () => {
    const [keeper, other] = keepers
    await keeper!.killArchiver()
    await write(61, 70)
    keeper!.startArchiver()
    await group.replicas(2)
    const source = (await group.replicas(2)).find((one) => one !== other!.instance)!
    await source.killMysqld()
    await source.startMysqld()
    await write(71, 80)
    await group.replicas(2)
    await archived()
  })

  it('refuses to touch a group that has data', async () => {
    const ended = await restore({ at: first.toISOString() })
    expect(ended.map((one) => one.code)).to.deep.equal([1, 1, 1])
    expect(said(ended)).to.include('replace=yes')
    expect(nomad.scaled).to.deep.equal([])
    expect(await ids(await group.primary())).to.deep.equal(range(1, 80))
  })

  it('refuses a time that no archive reaches, and a time that is none', async () => {
    expect(said(await restore({ at: '2026-01-01T00:00:00Z' }))).to.include('no base backup from before that time')
    expect(said(await restore({ at: 'yesterday' }))).to.include('cannot be read')
    expect(said(await restore({ at: '2099-01-01T00:00:00Z' }))).to.include('has not come yet')
  })

  it('restores a wiped group: what was committed before that moment, and nothing after', async () => {
    await archived()
    nomad.stopped()
    await Promise.all(group.instances.map((one) => one.stop()))
    for (const one of group.instances) await one.wipe()
    const began = Date.now()
    const ended = await restore({ at: first.toISOString() })
    expect(
      ended.map((one) => one.code),
      said(ended),
    ).to.deep.equal([0, 0, 0])
    await group.replicas(2, 120)
    console.log(`      whole again after ${((Date.now() - began) / 1000).toFixed(1)} s`)
    console.log(said(ended).replace(/^/gm, '        '))
    for (const one of group.instances) expect(await ids(one), one.name).to.deep.equal(range(1, 40))
    expect(nomad.scaled).to.deep.equal([3])
  })

  it('goes on from there: writes, and restores to a moment after the first restore', async () => {
    await write(1041, 1060)
    await archived()
    second = await moment()
    await write(1061, 1070)
    await archived()
    const ended = await restore({ at: second.toISOString(), replace: 'yes' })
    expect(
      ended.map((one) => one.code),
      said(ended),
    ).to.deep.equal([0, 0, 0])
    await group.replicas(2, 120)
    for (const one of group.instances)
      expect(await ids(one), one.name).to.deep.equal([...range(1, 40), ...range(1041, 1060)])
    for (const one of group.instances) {
      const aside = await readdir(join(one.outside, 'volume/aside'))
      expect(
        aside.some((name) => name.endsWith('-before-restore')),
        one.name,
      ).to.equal(true)
    }
    expect(nomad.scaled).to.deep.equal([3, 0, 3])
  })

  it('leaves the group as it was when the base is damaged', async () => {
    for (const keeper of keepers)
      for (const name of await readdir(join(keeper.store, 'base')).catch(() => []))
        await writeFile(join(keeper.store, 'base', name, 'data.tar.gz'), 'damaged')
    const before = await ids(await group.primary())
    const ended = await restore({ at: 'latest', replace: 'yes' })
    expect(ended.map((one) => one.code)).to.deep.equal([1, 1, 1])
    expect(said(ended)).to.include('its checksum is another one').and.to.include('starting the group as it was')
    await group.replicas(2, 120)
    expect(await ids(await group.primary())).to.deep.equal(before)
  })
})
