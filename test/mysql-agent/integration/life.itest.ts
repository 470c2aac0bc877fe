import { expect } from 'chai'
import { Group, until } from './group'

describe('mysql-agent with three real instances', function () {
  this.timeout(180_000)
  const group = new Group(3, 3)
  before(() => group.start())
  after(() => group.stop())

  it('starts from nothing: one primary, two cloned replicas', async () => {
    const began = Date.now()
    const primary = await group.primary()
    const replicas = await group.replicas(2)
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
