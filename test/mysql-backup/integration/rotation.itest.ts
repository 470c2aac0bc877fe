import { expect } from 'chai'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { Mysqld } from '../../../mysql-agent/mysqld/connection.js'
import { Rotation } from '../../../mysql-agent/rotation/rotation.js'
import { Group, passwords as first, until, type Instance } from '../../mysql-agent/integration/group'
import { NomadStub } from './nomad-stub'
import { Keeper } from './program'

const GRACE = 8

describe('rotation of passwords on two real instances', function () {
  this.timeout(600_000)
  const group = new Group(22, 2)
  const keepers = group.instances.map((instance) => new Keeper(group, instance))
  const nomad = new NomadStub(group, keepers, 'rotate')
  const closing: (() => void)[] = []
  let primary: Instance
  let replica: Instance

  /** The secrets' file, as Nomad would render it from the variable. */
  const read = () => {
    const items = nomad.variables.get('shoal/mysql')!.Items
    return {
      replication: items['replication_password']!,
      agent: items['agent_password']!,
      app: items['app_password']!,
      backup: items['backup_password']!,
    }
  }

  /** What the agent beside an instance does each round. */
  function rotate(instance: Instance): void {
    const socket = join(instance.outside, 'alloc/mysqld.sock')
    const live = read()
    const mysqld = new Mysqld({ socket, passwords: live })
    const rotation = new Rotation({
      passwords: live,
      read,
      mysqld,
      socket,
      appUser: 'app',
      graceSeconds: GRACE,
      exclusive: async (work) => {
        await work()
        return true
      },
      log: { info: () => undefined, warn: (about: object) => console.log('      ', about) },
    })
    let stopped = false
    const loop = async (): Promise<void> => {
      while (!stopped) {
        await rotation.step(instance === primary)
        await new Promise((done) => setTimeout(done, 200))
      }
      mysqld.close()
    }
    const looping = loop()
    closing.push(() => {
      stopped = true
      void looping
    })
  }

  before(async () => {
    await group.start()
    for (const keeper of keepers) await keeper.prepare()
    await nomad.listen()
    nomad.variables.set('shoal/mysql', { Items: { ...first }, ModifyIndex: 7 })
    nomad.variables.set('shoal/web', {
      Items: { mysql_user: 'app', mysql_password: first.app_password, cookie_key: 'c' },
      ModifyIndex: 9,
    })
    replica = (await group.replicas(1, 240))[0]!
    primary = await group.primary()
    for (const one of group.instances) rotate(one)
  })
  after(async () => {
    for (const close of closing) close()
    nomad.close()
    await group.stop()
  })

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
  const dispatch = (account: string) =>
    keepers[0]!.run('rotate', [], { NOMAD_META_account: account, NOMAD_TOKEN: 'token' })

  it('gives the application a new password, and refuses it at no moment', async () => {
    let refused = 0
    let asked = 0
    let on = true
    const client = (async () => {
      while (on) {
        const password = nomad.variables.get('shoal/web')!.Items['mysql_password']!
        asked++
        if (!(await enters(primary, 'app', password))) refused++
        await new Promise((done) => setTimeout(done, 20))
      }
    })()
    const { code, output } = await dispatch('app')
    expect(code, output).to.equal(0)
    const now = read().app
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
    on = false
    await client
    console.log(`      ${asked} connections, ${refused} refused`)
    expect(refused).to.equal(0)
  })

  it('gives replication a new password, and the replica comes back with it', async () => {
    expect((await dispatch('replication')).code).to.equal(0)
    const now = read().replication
    await until(
      'the old password refused',
      60,
      async () => !(await enters(primary, 'replication', first.replication_password)),
    )
    await until('the replica has the new one', 20, async () => {
      const [row] = await replica.query('root', 'SELECT user_password p FROM mysql.slave_master_info')
      return row?.['p'] === now
    })
    await replica.query('root', 'STOP REPLICA IO_THREAD')
    await replica.query('root', 'START REPLICA IO_THREAD')
    await until('it follows', 20, async () => {
      const [row] = await replica.query('root', 'SHOW REPLICA STATUS')
      return row?.['Replica_IO_Running'] === 'Yes'
    })
  })

  it('refuses an account that does not rotate', async () => {
    const { code, output } = await dispatch('root')
    expect(code).to.equal(1)
    expect(output).to.include('app, replication or backup')
  })
})
