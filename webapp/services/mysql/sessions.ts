import type { Logger } from 'pino'
import { z } from 'zod'
import type { FoundSession, SessionStore } from '../services.js'
import { Unavailable } from '../unavailable.js'
import { NotTheWriter } from './errors.js'
import type { Connection, MysqlRole } from './role.js'
import { sessionRow, uuidToBytes } from './rows.js'

export interface SessionTimes {
  /** Without a request, in milliseconds. */
  readonly idleMs: number
  /** However busy, in milliseconds. */
  readonly absoluteMs: number
}

/** How long a replica may take to catch up with what this instance last saw on the writer, in seconds. */
const catchUpSeconds = 0.3

/** Sign-outs that this instance remembers; only needed while the writer is away. */
const rememberedRevocations = 10_000

/**
 * Sessions in MySQL. The writer decides while it can be reached. While it is away a replica may, if it has everything that this
 * instance last saw on the writer: docs/decisions/30-webapp.md says what that promises.
 */
export class MysqlSessions implements SessionStore {
  /** What the writer had executed when this instance last asked it: a GTID set. */
  private position = ''
  private readonly revoked = new Set<string>()

  constructor(
    private readonly writer: MysqlRole,
    private readonly reader: MysqlRole,
    private readonly times: SessionTimes,
    private readonly log: Logger,
  ) {}

  async create(idHash: Buffer, accountId: string): Promise<{ expiresAt: Date }> {
    const expires = z.object({ expires_at: z.date() })
    const row = await this.writer.run(async (connection) => {
      await connection.change({
        sql: `INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, expires_at)
              VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL ? SECOND)
              ON DUPLICATE KEY UPDATE id_hash = id_hash`,
        values: [idHash, uuidToBytes(accountId), Math.round(this.times.absoluteMs / 1_000)],
        timeoutMs: 3_000,
      })
      const [stored] = await connection.query({
        sql: 'SELECT expires_at FROM sessions WHERE id_hash = ?',
        values: [idHash],
      })
      return expires.parse(stored)
    })
    return { expiresAt: row.expires_at }
  }

  async find(idHash: Buffer): Promise<FoundSession | undefined> {
    if (!this.writer.suspect) {
      try {
        return await this.findOnWriter(idHash)
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error
        this.log.warn({ reason: error.message }, 'sessions are read from replicas')
      }
    }
    return this.findOnReplica(idHash)
  }

  async revoke(idHash: Buffer): Promise<void> {
    await this.writer.run((connection) =>
      connection.change({ sql: 'DELETE FROM sessions WHERE id_hash = ?', values: [idHash], timeoutMs: 3_000 }),
    )
    if (this.revoked.size >= rememberedRevocations) this.revoked.clear()
    this.revoked.add(idHash.toString('base64'))
  }

  touch(idHash: Buffer): void {
    this.writer
      .run(
        (connection) =>
          connection.change({
            sql: 'UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(3) WHERE id_hash = ?',
            values: [idHash],
            timeoutMs: 3_000,
          }),
        { deadlineMs: 1_000 },
      )
      .catch((error: unknown) => this.log.warn({ error: String(error) }, 'a session could not be marked as in use'))
  }

  /** Removes what is over. Safe on any instance at any time. @returns how many rows went */
  async removeExpired(): Promise<number> {
    return this.writer.run(async (connection) => {
      const timeoutMs = 3_000
      const sessions = await connection.change({
        sql: 'DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(3) LIMIT 1000',
        timeoutMs,
      })
      const failures = await connection.change({
        sql: 'DELETE FROM sign_in_failures WHERE window_ends < UTC_TIMESTAMP(3) LIMIT 1000',
        timeoutMs,
      })
      return sessions + failures
    })
  }

  private findOnWriter(idHash: Buffer): Promise<FoundSession | undefined> {
    return this.writer.run(
      async (connection) => {
        const row = await this.row(connection, idHash)
        // A primary that was fenced may still answer reads over a connection that is open, and not know of later sign-outs.
        if (row.fenced !== 0) throw new NotTheWriter('the server is super_read_only')
        this.position = row.position
        return found(row, 'writer')
      },
      { deadlineMs: 1_000 },
    )
  }

  private async findOnReplica(idHash: Buffer): Promise<FoundSession | undefined> {
    if (this.revoked.has(idHash.toString('base64'))) return undefined
    const position = this.position
    const session = await this.reader.run(async (connection) => {
      if (position !== '') {
        const [behind] = await connection.query({
          sql: `SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ${catchUpSeconds}) AS behind`,
          values: [position],
        })
        if (z.object({ behind: z.coerce.number() }).parse(behind).behind !== 0) {
          throw Object.assign(new Error('the replica is behind the writer'), { errno: 1205 })
        }
      }
      return found(await this.row(connection, idHash), 'replica')
    })
    // The session may be too young for the replica: that is no reason to sign somebody out.
    if (session === undefined) throw new Unavailable('sessions (MySQL)', { cause: 'the primary is away' })
    return session
  }

  private async row(connection: Connection, idHash: Buffer): Promise<z.infer<typeof sessionRow>> {
    const [row] = await connection.query({
      sql: `SELECT s.user_id, u.username, u.created_at AS account_created_at, s.last_seen_at, s.expires_at,
                   @@global.super_read_only AS fenced, @@global.gtid_executed AS position
            FROM (SELECT 1 AS one) AS always
            LEFT JOIN sessions AS s ON s.id_hash = ? AND s.expires_at > UTC_TIMESTAMP(3)
                                   AND s.last_seen_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND
            LEFT JOIN users AS u ON u.id = s.user_id`,
      values: [idHash, Math.round(this.times.idleMs / 1_000)],
      timeoutMs: 800,
    })
    return sessionRow.parse(row)
  }
}

function found(row: z.infer<typeof sessionRow>, confirmedBy: 'writer' | 'replica'): FoundSession | undefined {
  const { user_id, username, account_created_at, last_seen_at, expires_at } = row
  if (!user_id || !username || !account_created_at || !last_seen_at || !expires_at) return undefined
  return {
    account: { id: user_id, username, createdAt: account_created_at },
    lastSeenAt: last_seen_at,
    expiresAt: expires_at,
    confirmedBy,
  }
}
