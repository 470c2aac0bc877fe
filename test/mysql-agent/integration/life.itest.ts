import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Group, until, withGroup } from './group'
import { Writer } from './writer'

describe('mysql-agent with three real instances', function () {
  const group = new Group(3, 3)
  withGroup(this, group)

  it('starts from nothing: one primary, two cloned replicas', async () => {
    const began = Date.now()
    const primary = await group.primary(240)
    const replicas = await group.replicas(2, 240)
    console.log(`      ${primary.name} leads, all here after ${((Date.now() - began) / 1000).toFixed(1)} s`)
    expect(replicas).to.not.include(primary)
    expect(await group.kv('shoal/mysql/initialised')).to.include({ instance: primary.name })
    await until('services', 10, async () => (await group.services('mysql-replica')).length === 2)
    expect(await group.services('mysql-primary')).to.deep.equal([primary.host])
  })

  it('replicates what the application writes', async () => {
    const primary = await group.primary()
    await primary.query('app', 'CREATE TABLE t (id INT PRIMARY KEY)')
    await primary.query('app', 'INSERT INTO t VALUES (1)')
    for (const replica of await group.replicas(2))
      await until('the row', 10, async () => (await replica.query('app', 'SELECT * FROM t')).length === 1)
  })
})

describe('mysql-agent, changes of hands', function () {
  const group = new Group(4, 3)
  withGroup(this, group, async () => {
    await group.replicas(2, 240)
    await (await group.primary()).query('app', 'CREATE TABLE written (id INT PRIMARY KEY)')
  })

  /** The same rows and the same GTIDs everywhere. */
  async function agree(): Promise<void> {
    await until('the same GTIDs everywhere', 60, async () => {
      const sets = await Promise.all(group.instances.map(async (one) => (await one.status()).mysql?.executed))
      return sets[0] !== undefined && new Set(sets).size === 1
    })
  }

  it('hands over under load without losing a row', async () => {
    const writer = new Writer(group)
    writer.start()
    await until('some writes', 20, () => Promise.resolve(writer.acknowledged.size > 50))
    const old = await group.primary()
    const [target] = await group.replicas(2)
    const output = await until('a promotion', 60, () => target!.command('promote', target!.name))
    expect(output).to.include(`${target!.name} is writable`)
    const seen = writer.acknowledged.size
    await until('more writes', 20, () => Promise.resolve(writer.acknowledged.size > seen + 50))
    await writer.stop()
    expect(await group.primary()).to.equal(target)
    await group.replicas(2)
    await agree()
    for (const instance of group.instances) expect(await writer.missing(instance)).to.deep.equal([])
    expect(writer.twoWritable).to.equal(0)
    expect(target).to.not.equal(old)
    console.log(
      `      ${writer.acknowledged.size} rows, longest wait ${writer.longestGap} ms, ${writer.probes} probes\n${output.replace(/^/gm, '        ')}`,
    )
    await target!.query('root', 'TRUNCATE accounts.written')
  })

  it('promotes by hand after the primary died, and takes the old one back', async () => {
    const writer = new Writer(group)
    writer.start()
    await until('some writes', 20, () => Promise.resolve(writer.acknowledged.size > 50))
    const old = await group.primary()
    await Promise.all([old.killMysqld(), old.killAgent()])
    const other = group.instances.find((one) => one !== old)!
    // Its peer may be too busy to say what it has: that is refused, and asked again as a person would.
    const output = await until('a promotion', 60, () => other.command('promote'))
    const seen = writer.acknowledged.size
    await until('more writes', 20, () => Promise.resolve(writer.acknowledged.size > seen + 50))
    await writer.stop()
    const primary = await group.primary()
    expect(primary).to.not.equal(old)
    expect(await writer.missing(primary)).to.deep.equal([])
    expect(writer.twoWritable).to.equal(0)
    console.log(
      `      ${writer.acknowledged.size} rows, longest wait ${writer.longestGap} ms\n${output.replace(/^/gm, '        ')}`,
    )
    await old.start()
    await group.replicas(2)
    await agree()
    for (const instance of group.instances) expect(await writer.missing(instance)).to.deep.equal([])
    await primary.query('root', 'TRUNCATE accounts.written')
  })

  it('sets the transactions of a diverged primary aside and clones it', async () => {
    const old = await group.primary()
    // Nobody is told of this row: both replicas are gone when it is written, and then the primary dies.
    const others = group.instances.filter((one) => one !== old)
    await Promise.all(others.map((one) => one.stop()))
    const connection = await old.connect('app')
    connection.on('error', () => undefined)
    const lost = connection.query('INSERT INTO written VALUES (-1)').then(
      () => 'acknowledged',
      () => 'not acknowledged',
    )
    await until('the row waits for a replica', 10, async () => {
      const rows = await old.query('root', "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_wait_sessions'")
      return rows[0]?.['Value'] === '1'
    })
    await Promise.all([old.killMysqld(), old.killAgent()])
    expect(await lost).to.equal('not acknowledged')
    await Promise.all(others.map((one) => one.start()))
    await until('both answer', 60, async () => {
      const all = await Promise.all(others.map((one) => one.status()))
      return all.every((status) => status.mysql !== undefined)
    })
    await until('a promotion', 60, () => others[0]!.command('promote'))
    const primary = await group.primary()
    await primary.query('app', 'INSERT INTO written VALUES (1)')
    await old.start()
    await group.replicas(2, 120)
    await agree()
    for (const one of group.instances)
      expect(
        (await one.query('root', 'SELECT id FROM accounts.written')).map((row) => Number(row['id'])),
      ).to.deep.equal([1])
    const [place] = await readdir(join(old.outside, 'volume/aside'))
    const report = JSON.parse(await readFile(join(old.outside, 'volume/aside', place!, 'report.json'), 'utf8')) as {
      errant: string
      files: string[]
    }
    expect(report.errant).to.match(/^[0-9a-f-]{36}:\d+$/)
    expect(report.files).to.not.be.empty
    console.log(`      set aside ${report.errant} in ${report.files.length} files`)
  })

  it('clones an instance whose volume was wiped', async () => {
    const [replica] = await group.replicas(2)
    await replica!.stop()
    await replica!.wipe()
    await replica!.start()
    await group.replicas(2, 120)
    await agree()
  })

  it('refuses while it cannot know what was acknowledged, says what to do, and goes on when it can', async () => {
    const primary = await group.primary()
    const [replica, dead] = await group.replicas(2)
    // Killed, not stopped: nobody was told what it has.
    await Promise.all([dead!, primary].flatMap((one) => [one.killMysqld(), one.killAgent()]))
    const refusal = await until('the refusal', 60, async () => {
      const said = await replica!.command('promote').then(
        (output) => expect.fail(`it promoted:\n${output}`),
        (error: Error) => error.message,
      )
      // Another attempt, the agent's own, may have its turn.
      return said.includes('Not promoted') && said
    })
    expect(refusal).to.include(dead!.name).and.include('--force')
    await dead!.start()
    expect(await group.primary()).to.not.equal(primary)
    await primary.start()
    await group.replicas(2)
    await agree()
  })

  it('comes back by itself after all were lost at once', async () => {
    const primary = await group.primary()
    await Promise.all(group.instances.flatMap((one) => [one.killMysqld(), one.killAgent()]))
    await Promise.all(group.instances.map((one) => one.start()))
    expect(await group.primary()).to.equal(primary)
    await group.replicas(2)
    await agree()
  })

  it('stays writable without Consul, in 70 MB', async () => {
    const primary = await group.primary()
    await group.pauseConsul(true)
    await until('the agent has seen it', 30, async () => (await primary.status()).doing.includes('Consul'))
    expect((await primary.get('/primary')).status).to.equal(200)
    await primary.query('app', 'INSERT INTO written VALUES (2)')
    await group.pauseConsul(false)
    for (const instance of group.instances) {
      const memory = await readFile(`/proc/${instance.agentPid}/smaps_rollup`, 'utf8')
      const field = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(memory)?.[1]) / 1024
      const anonymous = field('Anonymous')
      console.log(
        `      agent of ${instance.name}: ${field('Rss').toFixed(0)} MB resident, ${anonymous.toFixed(0)} MB its own`,
      )
      expect(anonymous).to.be.below(60)
    }
  })
})
