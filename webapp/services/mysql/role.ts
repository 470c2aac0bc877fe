import { setTimeout as pause } from 'node:timers/promises'
import { createPool, type Pool, type PoolConnection } from 'mysql2/promise'
import type { Logger } from 'pino'
import type { Endpoint, WatchedService } from '../discovery.js'
import { Unavailable } from '../unavailable.js'
import { isDenied, isReadOnly, isTransient } from './errors.js'

export interface RoleOptions {
  /** In words, for errors: "accounts (MySQL, writing)". */
  readonly title: string
  readonly service: WatchedService
  /** This node's own address: its HAProxy is asked first. */
  readonly nodeAddress?: string
  readonly user: string
  /** Asked for each connection: what it gives may change. */
  readonly password: () => string
  readonly database: string
  /** Connections to one address. @default 4 */
  readonly connections?: number
  readonly log: Logger
}

export interface RunOptions {
  /** How long to try in all, in milliseconds. @default 5000 */
  readonly deadlineMs?: number
}

/** One statement's limits: a paused server must not hold a request. */
export interface Statement {
  readonly sql: string
  readonly values?: readonly (string | number | Buffer | Date | null)[]
  /** @default 1500 */
  readonly timeoutMs?: number
}

/** A connection for the length of one piece of work. */
export interface Connection {
  /** Rows as they are; the stores know what they asked for and check it. */
  query(statement: Statement): Promise<readonly unknown[]>
  /** @returns the number of rows that were changed */
  change(statement: Statement): Promise<number>
}

/** A pool that was replaced ends after more than any work takes, in milliseconds. */
const retireAfterMs = 10_000

/** A replica may not know a new password as early as this instance: within this time it is no refusal yet, in milliseconds. */
const newPasswordMs = 60_000

/**
 * Connections to one role of MySQL (the writer, or any reader), through whatever HAProxy is healthy. Work that fails for a reason
 * outside itself is done again on another connection until the deadline, so it must be safe to repeat.
 */
export class MysqlRole {
  private readonly pools = new Map<string, Pool>()
  private readonly retired = new Map<Pool, NodeJS.Timeout>()
  private password: string
  private passwordSince = -Infinity
  private rotation = 0
  private suspectUntil = 0
  private closed = false

  constructor(private readonly options: RoleOptions) {
    this.password = options.password()
    options.service.onChange((endpoints) => this.forgetOthers(endpoints))
  }

  /** Whether the last work failed less than a second ago: who has another way should take it. */
  get suspect(): boolean {
    return Date.now() < this.suspectUntil
  }

  /** @throws Unavailable after the deadline; any other error of the work as it is */
  async run<T>(work: (connection: Connection) => Promise<T>, options: RunOptions = {}): Promise<T> {
    const deadline = Date.now() + (options.deadlineMs ?? 5_000)
    let last: unknown = `no healthy instance of '${this.options.service.name}' in Consul`
    for (let attempt = 0; ; attempt++) {
      for (const endpoint of this.candidates()) {
        try {
          const result = await this.attempt(endpoint, work)
          this.suspectUntil = 0
          return result
        } catch (error) {
          if (!isTransient(error) && !(isDenied(error) && Date.now() - this.passwordSince < newPasswordMs)) throw error
          last = error
        }
        if (Date.now() >= deadline) break
      }
      const wait = Math.min(50 * 2 ** attempt, 800) * (0.5 + Math.random() / 2)
      if (this.closed || Date.now() + wait >= deadline) break
      await pause(wait)
    }
    this.suspectUntil = Date.now() + 1_000
    throw new Unavailable(this.options.title, { cause: last })
  }

  async close(): Promise<void> {
    this.closed = true
    const pools = [...this.pools.values(), ...this.retired.keys()]
    for (const timer of this.retired.values()) clearTimeout(timer)
    this.retired.clear()
    this.pools.clear()
    await Promise.allSettled(pools.map((pool) => pool.end()))
  }

  /** This node's own address first, then the others, beginning with another one each time; two at most for one round. */
  private candidates(): readonly Endpoint[] {
    const all = this.options.service.endpoints()
    const own = all.filter(({ host }) => host === this.options.nodeAddress)
    const others = all.filter(({ host }) => host !== this.options.nodeAddress)
    const first = others.length === 0 ? 0 : this.rotation++ % others.length
    return [...own, ...others.slice(first), ...others.slice(0, first)].slice(0, 2)
  }

  private async attempt<T>(endpoint: Endpoint, work: (connection: Connection) => Promise<T>): Promise<T> {
    const pool = this.pool(endpoint)
    const raw = await pool.getConnection()
    try {
      const result = await work(connection(raw))
      raw.release()
      return result
    } catch (error) {
      if (isTransient(error)) {
        raw.destroy()
        // The other connections lead to the same fenced server.
        if (isReadOnly(error)) this.drop(endpoint)
      } else {
        raw.release()
      }
      throw error
    }
  }

  /** With a new password there are new pools; what is under way on the old ones goes on. */
  private follow(password: string): void {
    if (password === this.password) return
    this.password = password
    this.passwordSince = Date.now()
    for (const pool of this.pools.values()) {
      const end = (): void => {
        this.retired.delete(pool)
        this.end(pool)
      }
      this.retired.set(pool, setTimeout(end, retireAfterMs).unref())
    }
    this.pools.clear()
  }

  private pool(endpoint: Endpoint): Pool {
    this.follow(this.options.password())
    const key = `${endpoint.host}:${endpoint.port}`
    const known = this.pools.get(key)
    if (known) return known
    const limit = this.options.connections ?? 4
    const pool = createPool({
      host: endpoint.host,
      port: endpoint.port,
      user: this.options.user,
      password: this.password,
      database: this.options.database,
      connectionLimit: limit,
      maxIdle: Math.min(2, limit),
      idleTimeout: 30_000,
      queueLimit: 200,
      connectTimeout: 1_500,
      enableKeepAlive: true,
      maxPreparedStatements: 32,
      charset: 'utf8mb4_0900_ai_ci',
      timezone: 'Z',
      supportBigNumbers: true,
    })
    this.pools.set(key, pool)
    return pool
  }

  private drop(endpoint: Endpoint): void {
    const key = `${endpoint.host}:${endpoint.port}`
    const pool = this.pools.get(key)
    this.pools.delete(key)
    if (pool) this.end(pool)
  }

  private end(pool: Pool): void {
    pool.end().catch((error: unknown) => this.options.log.debug({ error }, 'a dropped MySQL pool did not close well'))
  }

  private forgetOthers(endpoints: readonly Endpoint[]): void {
    const wanted = new Set(endpoints.map(({ host, port }) => `${host}:${port}`))
    for (const key of this.pools.keys()) {
      if (wanted.has(key)) continue
      const [host = '', port = ''] = key.split(/:(?=\d+$)/)
      this.drop({ host, port: Number(port) })
    }
  }
}

function connection(raw: PoolConnection): Connection {
  const execute = async ({ sql, values = [], timeoutMs = 1_500 }: Statement): Promise<unknown> => {
    const [result] = await raw.execute({ sql, values: [...values], timeout: timeoutMs })
    return result
  }
  return {
    query: async (statement) => {
      const rows = await execute(statement)
      return Array.isArray(rows) ? rows : []
    },
    change: async (statement) => {
      const result = await execute(statement)
      if (typeof result !== 'object' || result === null || !('affectedRows' in result)) return 0
      return Number(result.affectedRows)
    },
  }
}
