import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import type { Settings } from '../settings.js'

/** A row as mysqld sends it: numbers and text. */
export type Row = Readonly<Record<string, string | number | null | undefined>>

/** A way to talk to the mysqld beside this agent, by its socket, as the account `agent`. */
export class Mysqld {
  private shared: Connection | undefined

  /** @param lost told when the kept connection ends: mysqld's death shows there first */
  constructor(
    private readonly settings: Pick<Settings, 'socket' | 'passwords'>,
    private readonly lost: () => void = () => undefined,
  ) {}

  private async connect(): Promise<Connection> {
    return createConnection({
      socketPath: this.settings.socket,
      user: 'agent',
      password: this.settings.passwords.agent,
      connectTimeout: 2000,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // The parsers that mysql2 compiles per query would only take memory here.
      disableEval: true,
    })
  }

  /**
   * Rows of a short statement, on a connection that is kept.
   * @param timeout milliseconds; after it the connection is given up
   */
  async rows(sql: string, timeout = 3000): Promise<Row[]> {
    const connection = (this.shared ??= this.watched(await this.connect()))
    try {
      const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout })
      return Array.isArray(rows) ? rows : []
    } catch (error) {
      this.drop(connection)
      throw error
    }
  }

  /** Runs statements one after the other on a connection of their own: for what may block or take long. */
  async session(
    work: (run: (sql: string, values?: readonly string[]) => Promise<Row[]>) => Promise<void>,
  ): Promise<void> {
    const connection = this.watched(await this.connect())
    try {
      await work(async (sql, values) => {
        const [rows] = await connection.query<RowDataPacket[]>(sql, values && [...values])
        return Array.isArray(rows) ? rows : []
      })
    } finally {
      connection.destroy()
    }
  }

  private watched(connection: Connection): Connection {
    // Without a listener the loss of an idle connection would end the process.
    connection.on('error', () => {
      const kept = this.shared === connection
      this.drop(connection)
      if (kept) this.lost()
    })
    return connection
  }

  private drop(connection: Connection): void {
    if (this.shared === connection) this.shared = undefined
    connection.destroy()
  }

  close(): void {
    this.shared?.destroy()
    this.shared = undefined
  }
}
