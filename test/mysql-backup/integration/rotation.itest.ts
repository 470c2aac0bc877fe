import { expect } from 'chai'
import { createConnection } from 'mysql2/promise'
import { pino } from 'pino'
import { MysqlRole } from '../../../webapp/services/mysql/role.js'
import { Group, type Instance, passwords as first, until, withGroup } from '../../mysql-agent/integration/group'
import { NomadStub } from './nomad-stub'
import { Keeper } from './program'

const GRACE = 8

describe('rotation of passwords by the agents of two real instances', function () {
  const group = new Group(22, 2, { AGENT_ROTATION_GRACE: String(GRACE) })
  const keepers = group.instances.map((instance) => new Keeper(group, instance))
  const nomad = new NomadStub(group, keepers, 'rotate')
  let primary: Instance
  let replica: Instance

  const read = () => nomad.variables.get('shoal/mysql')!.Items

  withGroup(this, group, async () => {
    for (const keeper of keepers) await keeper.prepare()
    await nomad.listen()
    nomad.variables.set('shoal/mysql', { Items: { ...first }, ModifyIndex: 7 })
    nomad.variables.set('shoal/web', {
      Items: { mysql_user: 'app', mysql_password: first.app_password, cookie_key: 'c' },
      ModifyIndex: 9,
    })
    // As Nomad's client does on each node, a moment after the variable has changed.
    nomad.changed = (path, items) => {
      if (path === 'shoal/mysql') for (const one of group.instances) void one.render(items)
    }
    replica = (await group.replicas(1, 240))[0]!
    primary = await group.primary()
  })
  after(() => nomad.close())

  const enters = async (instance: Instance, user: string, password: string): Promise<boolean> => {
    try {
      ;(
        await createConnection({
          host: instance.host,
          port: 3310,
          user,
          password,
          connectTimeout: 5000,
          ssl: { rejectUnauthorized: false },
        })
      ).destroy()
      return true
    } catch (error) {
      if ((error as { code?: string }).code === 'ER_ACCESS_DENIED_ERROR') return false
      throw error
    }
  }
  const follows = async (): Promise<boolean> => {
    const [row] = await replica.query('root', 'SHOW REPLICA STATUS')
    return row?.['Replica_IO_Running'] === 'Yes'
  }
  const receiverPassword = async (): Promise<unknown> => {
    const [row] = await replica.query('root', 'SELECT user_password word FROM mysql.slave_master_info')
    return row?.['word']
  }
  const dispatch = (account: string) =>
    keepers[0]!.run('rotate', [], { NOMAD_META_account: account, NOMAD_TOKEN: 'token' })

  it('gives the application a new password, and refuses it at no moment', async () => {
    let refused = 0
    let asked = 0
    let on = true
    const client = (async () => {
      while (on) {
        const password = nomad.variables.get('shoal/web')!.Items['mysql_password']!
        for (const one of group.instances) {
          asked++
          if (!(await enters(one, 'app', password))) refused++
        }
        await new Promise((done) => setTimeout(done, 20))
      }
    })()
    // The web application's own connections, which it keeps.
    const service = {
      name: 'mysql-write',
      endpoints: () => [{ host: primary.host, port: 3310 }],
      onChange: () => undefined,
    }
    const password = (): string => nomad.variables.get('shoal/web')!.Items['mysql_password']!
    const log = pino({ level: 'silent' })
    const site = new MysqlRole({ title: 'accounts', service, user: 'app', password, database: 'accounts', log })
    let served = 0
    const failed: string[] = []
    const visitors = [1, 2, 3].map(async () => {
      while (on) {
        await site
          .run((connection) => connection.query({ sql: 'SELECT 1' }), { deadlineMs: 1000 })
          .then(
            () => served++,
            (error: unknown) => failed.push(String(error)),
          )
        await new Promise((done) => setTimeout(done, 10))
      }
    })
    const end = async (): Promise<void> => {
      on = false
      await Promise.allSettled([client, ...visitors])
      await site.close()
    }
    group.endWith(end)
    const { code, output } = await dispatch('app')
    expect(code, output).to.equal(0)
    const now = read()['app_password']!
    expect(now)
      .to.match(/^[A-Za-z0-9_-]{32}$/)
      .and.not.equal(first.app_password)
    expect(nomad.variables.get('shoal/web')!.Items).to.deep.equal({
      mysql_user: 'app',
      mysql_password: now,
      cookie_key: 'c',
    })
    await until('the old password refused', 60, async () => !(await enters(primary, 'app', first.app_password)))
    await until('also on the replica', 20, async () => !(await enters(replica, 'app', first.app_password)))
    expect(await enters(replica, 'app', now)).to.equal(true)
    await end()
    await client
    console.log(`      ${asked} connections, ${refused} refused; the site: ${served} served, ${failed.length} failed`)
    expect([refused, failed]).to.deep.equal([0, []])
  })

  it('gives replication a new password, and the replica comes back with it', async () => {
    expect((await dispatch('replication')).code).to.equal(0)
    const now = read()['replication_password']!
    await until(
      'the old password refused',
      60,
      async () => !(await enters(primary, 'replication', first.replication_password)),
    )
    await until('the replica has the new one', 20, async () => (await receiverPassword()) === now)
    expect(await follows()).to.equal(true)
    // With the new one alone, and without the agents' help.
    await replica.query('root', 'STOP REPLICA IO_THREAD')
    await replica.query('root', 'START REPLICA IO_THREAD')
    await until('it follows', 20, follows)
  })

  it('renews a receiver whose agent was not there when the password changed', async () => {
    await replica.killAgent()
    const dispatched = dispatch('replication')
    // The other instance alone: the replica is not registered any more, or it takes the password by replication.
    expect((await dispatched).code).to.equal(0)
    await replica.startAgent()
    const now = read()['replication_password']!
    await until('the replica has the new one', 30, async () => (await receiverPassword()) === now)
    await until('it follows', 20, follows)
  })

  it('is taken up by a new primary, and by one that was away', async () => {
    const { code, output } = await dispatch('backup')
    expect(code, output).to.equal(0)
    const now = read()['backup_password']!
    // As a person does it: a refusal says why, and is asked again.
    await until('another primary', 120, async () => {
      if ((await group.primary()) === primary) await replica.command('switchover')
      return (await group.primary()) !== primary
    })
    await group.replicas(1, 60)
    for (const one of group.instances) {
      await until(
        `the old password refused by ${one.name}`,
        60,
        async () => !(await enters(one, 'backup', first.backup_password)),
      )
      expect(await enters(one, 'backup', now)).to.equal(true)
    }
  })

  it('refuses an account that does not rotate', async () => {
    const { code, output } = await dispatch('root')
    expect(code).to.equal(1)
    expect(output).to.include('app, replication or backup')
  })
})
