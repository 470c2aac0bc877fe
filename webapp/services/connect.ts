import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config.js'
import { Passwords } from './accounts/passwords.js'
import { CountingLimiter } from './accounts/sign-in-limiter.js'
import { CassandraConnection } from './cassandra/connection.js'
import { CassandraPosts } from './cassandra/posts.js'
import { Discovery, type WatchedService } from './discovery.js'
import { BackgroundHealth } from './health.js'
import { MysqlAccounts } from './mysql/accounts.js'
import { isUnknownDatabase } from './mysql/errors.js'
import { MysqlFailures } from './mysql/failures.js'
import { createDatabase, currentSchema, migrate } from './mysql/migrations.js'
import { PasswordFile } from './mysql/password.js'
import { MysqlRole } from './mysql/role.js'
import { MysqlSessions } from './mysql/sessions.js'
import type { Services } from './services.js'

/** The services on real back ends. */
export interface ConnectedServices extends Services {
  /** Refuses readiness, so that requests go elsewhere. */
  drain(): void
  close(): Promise<void>
}

/** Starts to find and connect the back ends, and returns at once: readiness tells when they are there. */
export function connectServices(config: Config, log: Logger): ConnectedServices {
  const discovery = new Discovery({ ...config.consul, log })
  const services = new Once((name) => discovery.watch(name))
  const password = passwordOf(config.mysql.password, log)
  const role = (title: string, name: string): MysqlRole =>
    new MysqlRole({
      ...config.mysql,
      password,
      title,
      service: services.get(name),
      nodeAddress: config.nodeAddress,
      log,
    })
  const writer = role('accounts (MySQL, writing)', config.mysql.writeService)
  const reader = role('accounts (MySQL, reading)', config.mysql.readService)
  const cassandra = new CassandraConnection({
    service: services.get(config.cassandra.service),
    datacenter: config.cassandra.datacenter,
    credentials: config.cassandra.credentials,
    log,
  })
  const sessions = new MysqlSessions(writer, reader, config.session, log)
  const passwords = new Passwords()

  const schema = (mysql: MysqlRole) => async (): Promise<void> => {
    const rows = await mysql.run(
      (connection) =>
        connection.query({ sql: 'SELECT id FROM schema_migrations WHERE id = ?', values: [currentSchema] }),
      { deadlineMs: 1_500 },
    )
    if (rows.length === 0) throw new Error(`the schema '${currentSchema}' is not there yet`)
  }
  const { keyspace } = config.cassandra
  const nobody = '00000000-0000-4000-8000-000000000000'
  const health = new BackgroundHealth({
    log,
    probes: [
      { name: 'mysql-write', check: schema(writer) },
      { name: 'mysql-read', check: schema(reader) },
      {
        name: 'cassandra',
        // At the consistency of every other read: a ring without a quorum serves nobody.
        check: async () => {
          const query = `SELECT id FROM ${keyspace}.posts_by_author WHERE author_id = ? AND bucket = 0 LIMIT 1`
          await cassandra.execute(query, [nobody])
        },
      },
    ],
    // Without a primary people still read what they wrote.
    anyOf: [['mysql-write', 'mysql-read'], ['cassandra']],
  })

  const stopping = new AbortController()
  cassandra.start()
  health.start()
  void passwords.warmUp()
  void keepSchema({ ...config.mysql, password }, writer, services.get(config.mysql.writeService), log, stopping.signal)
  void keepTidy(sessions, log, stopping.signal)

  return {
    accounts: new MysqlAccounts(writer, reader),
    sessions,
    posts: new CassandraPosts(cassandra, keyspace),
    passwords,
    signInLimiter: new CountingLimiter(new MysqlFailures(writer)),
    health,
    drain: () => health.drain(),
    close: async () => {
      stopping.abort()
      health.stop()
      discovery.stop()
      await Promise.all([writer.close(), reader.close(), cassandra.close()])
    },
  }
}

function passwordOf(given: Config['mysql']['password'], log: Logger): () => string {
  if (typeof given === 'string') return () => given
  const file = new PasswordFile(given.file, log)
  return () => file.current()
}

/** Brings the schema up to date, however long it takes until there is a writer. */
async function keepSchema(
  login: { readonly user: string; readonly password: () => string; readonly database: string },
  writer: MysqlRole,
  service: WatchedService,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const applied = await migrate(writer, 60_000)
      log.info({ applied }, 'the schema of accounts is current')
      return
    } catch (error) {
      log.warn({ error: String(error) }, 'the schema of accounts can not be brought up to date yet')
      const [endpoint] = service.endpoints()
      if (isUnknownDatabase(error) && endpoint) {
        await createDatabase(endpoint, { ...login, password: login.password() }).catch((failure: unknown) =>
          log.warn({ error: String(failure) }, `the database '${login.database}' can not be made`),
        )
      }
    }
    await pause(2_000, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** Removes expired sessions every ten minutes or so; instances needn't agree on who does. */
async function keepTidy(sessions: MysqlSessions, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(600_000 * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
    await sessions.removeExpired().catch((error: unknown) => log.debug({ error: String(error) }, 'not tidied'))
  }
}

/** Two roles may be one service (a single mysqld): it is watched once. */
class Once {
  private readonly made = new Map<string, WatchedService>()
  constructor(private readonly make: (name: string) => WatchedService) {}

  get(name: string): WatchedService {
    const service = this.made.get(name) ?? this.make(name)
    this.made.set(name, service)
    return service
  }
}
