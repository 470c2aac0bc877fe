import { expect } from 'chai'
import type { Mysqld } from '../../mysql-agent/mysqld/connection.js'
import { plan, rotating, type Account, type AccountState } from '../../mysql-agent/rotation/plan.js'
import { Rotation } from '../../mysql-agent/rotation/rotation.js'
import type { Passwords } from '../../mysql-agent/settings.js'

const [replication, app, backup] = rotating('app') as [Account, Account, Account]
const state = (account: Account, more: Partial<AccountState> = {}): AccountState => ({
  account,
  accepts: true,
  hasOld: false,
  ageSeconds: 0,
  ...more,
})

describe('mysql-agent rotation, the plan', () => {
  it('does nothing where every password works and none is old', () => {
    expect(plan([state(replication), state(app), state(backup)], 60)).to.deep.equal([])
  })
  it('sets the password that is not taken, and only that', () => {
    expect(plan([state(replication), state(app, { accepts: false })], 60)).to.deep.equal([{ do: 'set', account: app }])
  })
  it('discards the old password when the grace is over, not before', () => {
    expect(plan([state(app, { hasOld: true, ageSeconds: 59 })], 60)).to.deep.equal([])
    expect(plan([state(app, { hasOld: true, ageSeconds: 60 })], 60)).to.deep.equal([{ do: 'discard', account: app }])
  })
  it('never discards while the new password is not taken', () => {
    const steps = plan([state(app, { accepts: false, hasOld: true, ageSeconds: 9999 })], 60)
    expect(steps).to.deep.equal([{ do: 'set', account: app }])
  })
})

/** A mysqld with two passwords for each account, seen by one agent. */
class Accounts {
  readonly current: Record<string, string> = { replication: 'r1', app: 'a1', backup: 'b1' }
  readonly old: Record<string, string | undefined> = {}
  readonly renewed: string[] = []
  readonly logged: string[] = []
  file: Passwords = { replication: 'r1', agent: 'x', app: 'a1', backup: 'b1' }
  readonly passwords: Passwords = { ...this.file }
  age = 0
  time = 0
  held = false
  fails = false
  asked = 0
  /** The receiver's own password, and whether it tries to reach a machine that is gone. */
  receiver = 'r1'
  connecting = false

  readonly rotation = new Rotation({
    passwords: this.passwords,
    read: () => this.file,
    mysqld: {} as Mysqld,
    socket: '',
    appUser: 'app',
    graceSeconds: 60,
    clock: () => this.time,
    exclusive: async (work) => !this.held && (await work()),
    log: {
      info: (_: unknown, text?: string) => void this.logged.push(String(text)),
      warn: (_: unknown, text?: string) => void this.logged.push(`warning: ${String(text)}`),
    },
    sql: {
      accepts: (_, user, password) => {
        this.asked++
        return Promise.resolve([this.current[user], this.old[user]].includes(password))
      },
      lookAtAccounts: async (_, accounts, accepted) => {
        if (this.fails) throw new Error('mysqld has gone')
        const states: AccountState[] = []
        for (const account of accounts) {
          const hasOld = this.old[account.user] !== undefined
          states.push({ account, accepts: await accepted(account), hasOld, ageSeconds: this.age })
        }
        return states
      },
      apply: (_, step, password) => {
        const { user } = step.account
        this.old[user] = step.do === 'set' ? this.current[user] : undefined
        this.current[user] = password
        return Promise.resolve()
      },
      renewSource: (_, password) => {
        if (this.connecting) return Promise.resolve(false)
        if (this.receiver !== password) this.renewed.push(password)
        this.receiver = password
        return Promise.resolve(true)
      },
    },
  })
}

describe('mysql-agent rotation', () => {
  it('sets a new password beside the old one, uses it, and discards the old one after the grace', async () => {
    const one = new Accounts()
    await one.rotation.step(true)
    one.file = { ...one.file, app: 'a2' }
    await one.rotation.step(true)
    expect([one.current['app'], one.old['app']]).to.deep.equal(['a2', 'a1'])
    await one.rotation.step(true)
    expect(one.passwords.app).to.equal('a2')
    one.age = 60
    one.time = 31
    await one.rotation.step(true)
    expect([one.current['app'], one.old['app']]).to.deep.equal(['a2', undefined])
    expect(one.renewed).to.deep.equal([])
  })

  it('changes nothing on a replica, and uses the new password from when it is taken there', async () => {
    const one = new Accounts()
    one.file = { ...one.file, replication: 'r2' }
    await one.rotation.step(false)
    expect([one.current['replication'], one.passwords.replication]).to.deep.equal(['r1', 'r1'])
    one.current['replication'] = 'r2'
    await one.rotation.step(false)
    expect(one.passwords.replication).to.equal('r2')
    expect(one.renewed).to.deep.equal(['r2'])
  })

  it('asks mysqld nothing while nothing changes', async () => {
    const one = new Accounts()
    await one.rotation.step(false)
    const { asked } = one
    for (let round = 0; round < 100; round++) await one.rotation.step(false)
    expect([asked, one.asked]).to.deep.equal([3, 3])
    // A primary looks for a grace that is over, now and then.
    for (one.time = 0; one.time < 100; one.time++) await one.rotation.step(true)
    expect(one.asked).to.equal(3 + 4 * 3)
  })

  it('renews the receiver of an agent that started with the new password', async () => {
    const one = new Accounts()
    one.receiver = 'r0'
    await one.rotation.step(false)
    await one.rotation.step(false)
    expect(one.renewed).to.deep.equal(['r1'])
  })

  it('waits with a receiver that can not be stopped, and uses the old password meanwhile', async () => {
    const one = new Accounts()
    one.file = { ...one.file, replication: 'r2' }
    one.current['replication'] = 'r2'
    one.connecting = true
    await one.rotation.step(false)
    expect([one.passwords.replication, one.renewed.length]).to.deep.equal(['r1', 0])
    one.connecting = false
    await one.rotation.step(false)
    expect([one.passwords.replication, one.receiver]).to.deep.equal(['r2', 'r2'])
  })

  it('takes what the file says where there is no data yet, and asks nobody', () => {
    const one = new Accounts()
    one.file = { replication: 'r2', agent: 'y', app: 'a2', backup: 'b2' }
    one.rotation.begin()
    expect([one.passwords, one.asked]).to.deep.equal([{ ...one.file, agent: 'x' }, 0])
  })

  it('leaves the receiver alone while a promotion has the instance on hold', async () => {
    const one = new Accounts()
    one.file = { ...one.file, replication: 'r2' }
    one.current['replication'] = 'r2'
    one.held = true
    await one.rotation.step(false)
    expect([one.passwords.replication, one.renewed.length]).to.deep.equal(['r1', 0])
    one.held = false
    await one.rotation.step(false)
    expect([one.passwords.replication, one.renewed.length]).to.deep.equal(['r2', 1])
  })

  it('is finished by a new primary that never saw the file change', async () => {
    const one = new Accounts()
    one.current['app'] = 'a0'
    await one.rotation.step(false)
    expect(one.current['app']).to.equal('a0')
    await one.rotation.step(true)
    expect([one.current['app'], one.old['app']]).to.deep.equal(['a1', 'a0'])
  })

  it('keeps the password of the file when somebody went back to it within the grace', async () => {
    const one = new Accounts()
    one.current['app'] = 'a2'
    one.old['app'] = 'a1'
    one.age = 60
    await one.rotation.step(true)
    expect([one.current['app'], one.old['app']]).to.deep.equal(['a1', undefined])
  })

  it('says once that it failed, and tries again', async () => {
    const one = new Accounts()
    one.file = { ...one.file, backup: 'b2' }
    one.fails = true
    await one.rotation.step(true)
    await one.rotation.step(true)
    expect(one.logged).to.deep.equal(['warning: rotation of passwords'])
    one.fails = false
    await one.rotation.step(true)
    expect([one.current['backup'], one.old['backup']]).to.deep.equal(['b2', 'b1'])
  })
})
