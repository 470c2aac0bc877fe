import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { pino } from 'pino'
import type { Endpoint, WatchedService } from '../../../webapp/services/discovery.js'
import { MysqlAccounts } from '../../../webapp/services/mysql/accounts.js'
import { MysqlFailures } from '../../../webapp/services/mysql/failures.js'
import { createDatabase, currentSchema, migrate } from '../../../webapp/services/mysql/migrations.js'
import { MysqlRole } from '../../../webapp/services/mysql/role.js'
import { MysqlSessions } from '../../../webapp/services/mysql/sessions.js'
import { type FoundSession, UsernameTaken } from '../../../webapp/services/services.js'
import { Unavailable } from '../../../webapp/services/unavailable.js'
import { Group, passwords, until as untilWithin, withGroup } from '../../mysql-agent/integration/group.js'
import { Line } from '../line.js'

/** The platform's account for the application. */
const login = { user: 'app', password: passwords.app_password, database: 'accounts' }

describe('webapp on MySQL', function () {
  const group = new Group(23, 2)
  const roles: MysqlRole[] = []
  const line = new Line()
  let primary: Endpoint
  let replica: Endpoint
  let writer: MysqlRole
  let reader: MysqlRole
  let sessions: MysqlSessions
  let accounts: MysqlAccounts

  const role = (title: string, ...endpoints: Endpoint[]): MysqlRole => {
    const made = new MysqlRole({
      ...login,
      password: () => login.password,
      title,
      service: fixed(endpoints),
      log: pino({ level: 'silent' }),
    })
    roles.push(made)
    return made
  }

  withGroup(this, group, async () => {
    const [replicaInstance] = await group.replicas(1, 240)
    primary = at(await group.primary())
    replica = at(replicaInstance!)
    await line.open(primary)
    // The application tries again as well: a busy machine may not answer within a connection's 1.5 s.
    await untilWithin('a database', 60, () => createDatabase(primary, login).then(() => true))
    writer = role('writing', line.endpoint())
    reader = role('reading', replica)
    // Two instances start at once.
    const applied = await Promise.all([migrate(writer, 30_000), migrate(role('other', primary), 30_000)])
    expect(applied.flat().filter((id) => id === currentSchema).length).to.be.at.most(1)
    expect(await migrate(writer, 30_000)).to.deep.equal([])
    accounts = new MysqlAccounts(writer, reader)
    sessions = new MysqlSessions(writer, reader, { idleMs: 60_000, absoluteMs: 120_000 }, pino({ level: 'silent' }))
  })

  afterEach(() => line.repair())

  after(async () => {
    await Promise.all(roles.map((one) => one.close()))
    await line.close()
  })

  const somebody = async (): Promise<{ id: string; key: string }> => {
    const id = randomUUID()
    const key = `u${randomBytes(6).toString('hex')}`
    await accounts.create({ id, username: key.toUpperCase(), usernameKey: key, passwordHash: '$argon2id$x' })
    return { id, key }
  }

  /** A busy machine may not answer within a request's second: a replica does then, and the next request may be luckier. */
  const foundOnWriter = async (hash: Buffer): Promise<FoundSession | undefined> => {
    let found: FoundSession | undefined
    await until(async () => {
      found = await sessions.find(hash).catch(unlessUnavailable)
      return found?.confirmedBy === 'writer'
    })
    return found
  }

  it('keeps accounts, and takes a repetition for what it is', async () => {
    const { id, key } = await somebody()
    const again = await accounts.create({ id, username: key, usernameKey: key, passwordHash: 'x' })
    expect(again.username).to.equal(key.toUpperCase())
    const found = await accounts.findByUsernameKey(key)
    expect(found).to.include({ id, username: key.toUpperCase(), passwordHash: '$argon2id$x' })
    expect(Math.abs(Date.now() - (found?.createdAt.getTime() ?? 0))).to.be.below(30_000)
    const other = { id: randomUUID(), username: key, usernameKey: key, passwordHash: 'x' }
    expect(await failure(accounts.create(other))).to.be.instanceOf(UsernameTaken)
    expect(await accounts.findByUsernameKey('nobody-has-this')).to.equal(undefined)
  })

  it('starts, finds, marks and ends sessions', async () => {
    const { id } = await somebody()
    const hash = randomBytes(32)
    const { expiresAt } = await sessions.create(hash, id)
    expect(expiresAt.getTime() - Date.now()).to.be.within(100_000, 125_000)
    const found = await foundOnWriter(hash)
    expect(found?.account.id).to.equal(id)
    sessions.touch(hash)
    await sessions.revoke(hash)
    await sessions.revoke(hash)
    expect(await sessions.find(hash)).to.equal(undefined)
    expect(await sessions.removeExpired()).to.be.a('number')
  })

  it('ends sessions that were idle for too long', async () => {
    const { id } = await somebody()
    const hash = randomBytes(32)
    const short = new MysqlSessions(writer, reader, { idleMs: 1_000, absoluteMs: 60_000 }, pino({ level: 'silent' }))
    await short.create(hash, id)
    expect(await short.find(hash)).not.to.equal(undefined)
    await until(async () => (await short.find(hash)) === undefined)
  })

  it('lets a replica confirm sessions while the writer is away, but none that was ended', async () => {
    const { id } = await somebody()
    const [alive, ended] = [randomBytes(32), randomBytes(32)]
    await sessions.create(alive, id)
    await sessions.create(ended, id)
    await sessions.revoke(ended)
    await foundOnWriter(alive)
    line.cut()
    expect((await sessions.find(alive))?.confirmedBy).to.equal('replica')
    expect(await sessions.find(ended)).to.equal(undefined)
    // Another instance doesn't remember who signed out here: it must not accept either, nor sign anybody out.
    expect(await failure(sessions.find(randomBytes(32)))).to.be.instanceOf(Unavailable)
    expect(await failure(sessions.revoke(alive))).to.be.instanceOf(Unavailable)
    line.repair()
    await foundOnWriter(alive)
  })

  it('goes on over new connections after all of them were lost', async () => {
    const { id } = await somebody()
    const hash = randomBytes(32)
    await sessions.create(hash, id)
    line.drop()
    expect((await foundOnWriter(hash))?.account.id).to.equal(id)
    line.drop()
    expect((await somebody()).id).to.be.a('string')
  })

  it('waits for a writer that comes back within the deadline', async () => {
    line.cut()
    const created = somebody()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    line.repair()
    expect((await created).id).to.be.a('string')
  })

  it('does not take a server that is super_read_only for the writer', async () => {
    const { id } = await somebody()
    const fenced = role('fenced', replica)
    const there = new MysqlSessions(fenced, reader, { idleMs: 60_000, absoluteMs: 60_000 }, pino({ level: 'silent' }))
    expect(await failure(there.create(randomBytes(32), id))).to.be.instanceOf(Unavailable)
    const hash = randomBytes(32)
    await sessions.create(hash, id)
    await until(async () => (await there.find(hash).catch(unlessUnavailable))?.confirmedBy === 'replica')
  })

  it('says at once what is wrong with a statement', async () => {
    const error = await failure(writer.run((connection) => connection.query({ sql: 'SELECT * FROM nowhere' })))
    expect(error).to.be.instanceOf(Error).and.have.property('errno', 1146)
  })

  it('counts failures to sign in for all instances', async () => {
    const subject = randomBytes(32)
    const [one, other] = [new MysqlFailures(writer), new MysqlFailures(role('other', primary))]
    await one.add([subject], 60_000)
    await other.add([subject, randomBytes(32)], 60_000)
    const [count] = await one.read([subject])
    expect(count?.failures).to.equal(2)
    expect(count?.remainingMs).to.be.within(30_000, 61_000)
    await other.clear(subject)
    expect(await one.read([subject])).to.deep.equal([])
  })
})

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`it succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
}

function unlessUnavailable(error: unknown): undefined {
  if (!(error instanceof Unavailable)) throw error
}

/** Waits until something is true, at most ten seconds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it never became true')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function fixed(endpoints: readonly Endpoint[]): WatchedService {
  return { name: 'mysql', endpoints: () => endpoints, onChange: () => undefined }
}

const at = ({ host }: { host: string }): Endpoint => ({ host, port: 3310 })
