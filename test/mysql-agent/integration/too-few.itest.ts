import { expect } from 'chai'
import { Group, until, withGroup } from './group'
import { Writer } from './writer'

interface Said {
  readonly state: string
  readonly reason: string
}

describe('mysql-agent with MYSQL_TOO_FEW=continue', function () {
  const group = new Group(6, 3, { MYSQL_TOO_FEW: 'continue' })
  withGroup(this, group, async () => {
    await group.replicas(2, 240)
    await (await group.primary()).query('app', 'CREATE TABLE written (id INT PRIMARY KEY)')
  })

  const said = async (): Promise<Said> => (await group.kv('shoal/mysql/state')) as Said
  const waitCount = async (): Promise<number> =>
    ((await group.kv('shoal/mysql/primary')) as { waitCount: number }).waitCount
  const saidState = (state: string, seconds: number): Promise<Said> =>
    until(`the state '${state}'`, seconds, async () => {
      const found = await said()
      return found.state === state && found
    })

  it('goes on after both replicas were killed, says so, and waits for them again when they are back', async () => {
    await saidState('writable', 30)
    const primary = await group.primary()
    const others = group.instances.filter((one) => one !== primary)
    const writer = new Writer(group)
    writer.start()
    await until('some writes', 30, () => Promise.resolve(writer.acknowledged.size > 50))

    const killed = Date.now()
    await Promise.all(others.flatMap((one) => [one.killMysqld(), one.killAgent()]))
    expect((await saidState('blocked', 20)).reason).to.include('writes wait')
    const seen = writer.acknowledged.size
    expect((await saidState('unprotected', 60)).reason).to.equal('commits wait for nobody')
    expect(await waitCount()).to.equal(0)
    await until('writes without replicas', 30, () => Promise.resolve(writer.acknowledged.size > seen + 50))
    console.log(`      writes went on ${((Date.now() - killed) / 1000).toFixed(1)} s after the kill`)
    // Ten rounds of a second: not before.
    expect(writer.longestGap).to.be.above(8_000)
    expect(await group.primary()).to.equal(primary)

    await Promise.all(others.map((one) => one.start()))
    await group.replicas(2, 120)
    await saidState('writable', 60)
    expect(await waitCount()).to.equal(1)
    const [row] = await primary.query('root', 'SELECT @@rpl_semi_sync_source_wait_for_replica_count n')
    expect(Number(row?.['n'])).to.equal(1)
    const back = writer.acknowledged.size
    await until('writes that are waited for', 30, () => Promise.resolve(writer.acknowledged.size > back + 50))
    await writer.stop()
    expect(writer.twoWritable).to.equal(0)
    for (const one of group.instances)
      await until(`all rows on ${one.name}`, 60, async () => (await writer.missing(one)).length === 0)
  })

  it('refuses to promote while nobody was waited for', async () => {
    const primary = await group.primary()
    const others = group.instances.filter((one) => one !== primary)
    await Promise.all(others.flatMap((one) => [one.killMysqld(), one.killAgent()]))
    await saidState('unprotected', 60)
    await primary.query('app', 'INSERT INTO written VALUES (-1)')
    await Promise.all([primary.killMysqld(), primary.killAgent()])
    await Promise.all(others.map((one) => one.start()))
    await until('the refusal', 90, async () => {
      const found = await said()
      return found.state === 'no writer' && found.reason.includes('without waiting')
    })
    expect(await group.kv('shoal/mysql/primary')).to.include({ instance: primary.name })
    // Whoever leads now has the row: the old primary, or one that has received it from there.
    await primary.start()
    await group.primary()
    await group.replicas(2, 120)
    for (const one of group.instances)
      expect((await one.query('root', 'SELECT id FROM accounts.written WHERE id = -1')).length, one.name).to.equal(1)
  })
})
