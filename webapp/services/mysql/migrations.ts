import { createHash } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import type { Connection, MysqlRole } from './role.js'

interface Migration {
  readonly id: string
  /** Each may be repeated: MySQL commits every DDL statement by itself, so a migration can stop half way. */
  readonly statements: readonly string[]
}

/** The schema of the database `accounts`, oldest first. A migration that was released is never changed; a new one is added. */
export const migrations: readonly Migration[] = [
  {
    id: '0001-users-and-sessions',
    statements: [
      `CREATE TABLE IF NOT EXISTS users (
        id            BINARY(16)   NOT NULL PRIMARY KEY,
        username      VARCHAR(64)  NOT NULL,
        username_key  VARCHAR(64)  COLLATE utf8mb4_0900_bin NOT NULL,
        password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at    DATETIME(3)  NOT NULL,
        UNIQUE KEY users_username_key (username_key)
      ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4`,
      `CREATE TABLE IF NOT EXISTS sessions (
        id_hash      BINARY(32)  NOT NULL PRIMARY KEY,
        user_id      BINARY(16)  NOT NULL,
        created_at   DATETIME(3) NOT NULL,
        last_seen_at DATETIME(3) NOT NULL,
        expires_at   DATETIME(3) NOT NULL,
        KEY sessions_user (user_id),
        KEY sessions_expires (expires_at),
        CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE = InnoDB`,
      `CREATE TABLE IF NOT EXISTS sign_in_failures (
        subject     BINARY(32)   NOT NULL PRIMARY KEY,
        failures    INT UNSIGNED NOT NULL,
        window_ends DATETIME(3)  NOT NULL,
        KEY sign_in_failures_ends (window_ends)
      ) ENGINE = InnoDB`,
    ],
  },
]

/** Id of the last migration: a database that has it can serve this version. */
export const currentSchema = migrations.at(-1)?.id ?? ''

const journal = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id         VARCHAR(100) NOT NULL PRIMARY KEY,
  checksum   CHAR(64)     NOT NULL,
  applied_at DATETIME(3)  NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4`

/** Seconds that one instance waits for another one that is at it. */
const lockSeconds = 20

/**
 * Brings the database to the current schema, one instance at a time.
 *
 * @returns the ids that were applied
 * @throws Unavailable when the writer can't be used or another instance holds the lock; an Error when an applied migration differs
 */
export function migrate(writer: MysqlRole, deadlineMs: number): Promise<readonly string[]> {
  return writer.run((connection) => migrateOn(connection), { deadlineMs })
}

async function migrateOn(connection: Connection): Promise<readonly string[]> {
  const [lock] = await connection.query({
    sql: "SELECT GET_LOCK('shoal-accounts-schema', ?) AS held",
    values: [lockSeconds],
    timeoutMs: (lockSeconds + 5) * 1_000,
  })
  if (field(lock, 'held') !== 1) {
    // Transient: the run goes on trying until its deadline.
    throw Object.assign(new Error('another instance holds the lock on the schema'), { errno: 1205 })
  }
  try {
    return await applyMissing(connection)
  } finally {
    await connection.query({ sql: "SELECT RELEASE_LOCK('shoal-accounts-schema')" })
  }
}

async function applyMissing(connection: Connection): Promise<readonly string[]> {
  const timeoutMs = 60_000
  await connection.change({ sql: journal, timeoutMs })
  const rows = await connection.query({ sql: 'SELECT id, checksum FROM schema_migrations' })
  const applied = new Map(rows.map((row) => [String(field(row, 'id')), String(field(row, 'checksum'))]))
  const done: string[] = []
  for (const migration of migrations) {
    const checksum = createHash('sha256').update(migration.statements.join(';')).digest('hex')
    const known = applied.get(migration.id)
    if (known !== undefined && known !== checksum) {
      throw new Error(
        `the migration '${migration.id}' of database accounts is not the one that was applied\n` +
          `  given    checksum ${checksum}\n  allowed  checksum ${known}\n` +
          `  do       leave released migrations as they are, add a new one`,
      )
    }
    if (known !== undefined) continue
    for (const sql of migration.statements) await connection.change({ sql, timeoutMs })
    await connection.change({
      sql: 'INSERT INTO schema_migrations (id, checksum, applied_at) VALUES (?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE id = id',
      values: [migration.id, checksum],
    })
    done.push(migration.id)
  }
  return done
}

/** Makes the database where the cluster hasn't; the application's user has rights on it even before it exists. */
export async function createDatabase(
  endpoint: { readonly host: string; readonly port: number },
  login: { readonly user: string; readonly password: string; readonly database: string },
): Promise<void> {
  const { user, password, database } = login
  const connection = await createConnection({ ...endpoint, user, password, connectTimeout: 1_500 })
  try {
    await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4', [database])
  } finally {
    connection.destroy()
  }
}

function field(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined
}
