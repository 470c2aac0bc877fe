import { types } from 'cassandra-driver'
import type { Server } from '@hapi/hapi'
import { createServer } from '../../webapp/server.js'
import { CountingLimiter, MemoryCounter } from '../../webapp/services/accounts/sign-in-limiter.js'
import type { Cql, Row } from '../../webapp/services/cassandra/connection.js'
import { CassandraPosts } from '../../webapp/services/cassandra/posts.js'
import type {
  Account,
  AccountStore,
  FoundSession,
  NewAccount,
  PasswordHasher,
  Readiness,
  Services,
  SessionStore,
} from '../../webapp/services/services.js'
import { UsernameTaken } from '../../webapp/services/services.js'
import { Unavailable } from '../../webapp/services/unavailable.js'

/** Accounts in memory; `down` makes every call fail as MySQL's absence does. */
export class FakeAccounts implements AccountStore {
  down = false
  readonly byKey = new Map<string, NewAccount & { createdAt: Date }>()

  async create(account: NewAccount): Promise<Account> {
    this.up()
    if (this.byKey.has(account.usernameKey)) throw new UsernameTaken(account.username)
    const stored = { ...account, createdAt: new Date() }
    this.byKey.set(account.usernameKey, stored)
    return stored
  }

  async findByUsernameKey(key: string): Promise<(NewAccount & { createdAt: Date }) | undefined> {
    this.up()
    return this.byKey.get(key)
  }

  private up(): void {
    if (this.down) throw new Unavailable('accounts (MySQL)', { cause: 'connect ECONNREFUSED 198.18.0.11:3306' })
  }
}

export class FakeSessions implements SessionStore {
  down = false
  confirmedBy: 'writer' | 'replica' = 'writer'
  touched = 0
  lastSeenAt = new Date()
  readonly rows = new Map<string, string>()

  constructor(private readonly accounts: FakeAccounts) {}

  async create(idHash: Buffer, accountId: string): Promise<{ expiresAt: Date }> {
    this.up()
    this.rows.set(idHash.toString('hex'), accountId)
    return { expiresAt: new Date(Date.now() + 3_600_000) }
  }

  async find(idHash: Buffer): Promise<FoundSession | undefined> {
    this.up()
    const id = this.rows.get(idHash.toString('hex'))
    const account = [...this.accounts.byKey.values()].find((one) => one.id === id)
    const expiresAt = new Date(Date.now() + 3_600_000)
    return account && { account, lastSeenAt: this.lastSeenAt, expiresAt, confirmedBy: this.confirmedBy }
  }

  async revoke(idHash: Buffer): Promise<void> {
    this.up()
    this.rows.delete(idHash.toString('hex'))
  }

  touch(): void {
    this.touched++
  }

  private up(): void {
    if (this.down) throw new Unavailable('sessions (MySQL)')
  }
}

/** The two tables of posts, for exactly the statements that the store sends. */
export class FakeCql implements Cql {
  down = false
  readonly statements: string[] = []
  readonly buckets = new Map<string, Set<number>>()
  readonly posts = new Map<string, Row[]>()

  async execute(query: string, params: readonly unknown[]): Promise<readonly Row[]> {
    this.statements.push(query)
    if (this.down) throw new Unavailable('posts (Cassandra)')
    const author = String(params[0])
    const bucket = Number(params[1])
    if (query.startsWith('INSERT') && query.includes('buckets_by_author')) {
      this.buckets.set(author, (this.buckets.get(author) ?? new Set()).add(bucket))
      return []
    }
    const key = `${author}/${bucket}`
    const partition = this.posts.get(key) ?? []
    if (query.startsWith('INSERT')) {
      const [, , id, title, body] = params
      const others = partition.filter((row) => String(row['id']) !== String(id))
      this.posts.set(key, [...others, { id, title, body }].sort(newestFirst))
      return []
    }
    if (query.includes('buckets_by_author')) {
      const known = [...(this.buckets.get(author) ?? [])].filter((one) => one <= bucket)
      return known.sort((a, b) => b - a).map((one) => ({ bucket: one }))
    }
    if (query.includes(' AND id = ?')) return partition.filter((row) => String(row['id']) === String(params[2]))
    if (!query.includes(' AND id < ?')) return partition.slice(0, Number(params[2]))
    return partition.filter((row) => order(row['id'], params[2]) < 0).slice(0, Number(params[3]))
  }
}

function newestFirst(a: Row, b: Row): number {
  return order(b['id'], a['id'])
}

/** Cassandra's order of timeuuids is total: time in units of 100 ns first, then all other bytes. */
function order(a: unknown, b: unknown): number {
  const [one, other] = [a, b].map((id) => types.TimeUuid.fromString(String(id)))
  const [first, second] = [one?.getDatePrecision(), other?.getDatePrecision()]
  if (!one || !other || !first || !second) throw new TypeError('not a timeuuid')
  return (
    first.date.getTime() - second.date.getTime() ||
    first.ticks - second.ticks ||
    one.getBuffer().compare(other.getBuffer())
  )
}

/** Not a hash: tests of routes needn't wait for one. */
export const plainPasswords: PasswordHasher = {
  hash: async (password) => `plain:${password}`,
  verify: async (hash, password) => hash === `plain:${password}`,
}

export interface Site {
  readonly server: Server
  readonly accounts: FakeAccounts
  readonly sessions: FakeSessions
  readonly cql: FakeCql
  readiness: Readiness
}

/** The whole application on fakes. */
export async function makeSite(options: { secure?: boolean } = {}): Promise<Site> {
  const accounts = new FakeAccounts()
  const sessions = new FakeSessions(accounts)
  const cql = new FakeCql()
  const site: Omit<Site, 'server'> = { accounts, sessions, cql, readiness: { ready: true, parts: { cassandra: 'ok' } } }
  const services: Services = {
    accounts,
    sessions,
    posts: new CassandraPosts(cql, 'posts'),
    passwords: plainPasswords,
    signInLimiter: new CountingLimiter(new MemoryCounter(), { pair: 3 }),
    health: { readiness: () => site.readiness },
  }
  const server = await createServer(
    {
      host: '127.0.0.1',
      port: 0,
      cookie: { key: 'k'.repeat(32), secure: options.secure ?? false },
      session: { idleMs: 3_600_000, absoluteMs: 86_400_000 },
    },
    services,
  )
  return Object.assign(site, { server })
}
