import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'

/** Where a client connects to, as the application's account. */
export type Target =
  | { readonly host: string; readonly port: number; readonly password: string }
  | { readonly socketPath: string; readonly password: string }

/** @param timeout milliseconds until a connection must be there */
export async function connect(target: Target, timeout = 1000): Promise<Connection> {
  const connection = await createConnection({ ...target, user: 'app', database: 'accounts', connectTimeout: timeout })
  // Without a listener the loss of an idle connection would end the process; the next statement notices it.
  connection.on('error', () => undefined)
  return connection
}

/** @param timeout milliseconds; 0 waits for ever */
export async function ask(connection: Connection, sql: string, timeout: number): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>({ sql, ...(timeout > 0 ? { timeout } : {}) })
  return Array.isArray(rows) ? rows : []
}

/** Text as SQL; ours is made of letters, digits and dashes only. @throws RangeError for anything else */
export function quoted(text: string): string {
  if (!/^[\w-]*$/.test(text)) throw new RangeError(`'${text}' has more than letters, digits and dashes`)
  return `'${text}'`
}

const TABLE = 'drill_rows'

/** The rows of all drills. Not unique by `id`: a row that is applied twice must show. */
export const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS ${TABLE} (n BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, run VARCHAR(16) NOT NULL,
  id BIGINT UNSIGNED NOT NULL, written_by VARCHAR(32) NOT NULL, KEY (run, id))`

export const DROP_TABLE = `DROP TABLE IF EXISTS ${TABLE}`

export const insertRow = (run: string, id: number, by: string): string =>
  `INSERT INTO ${TABLE} (run, id, written_by) VALUES (${quoted(run)}, ${id}, ${quoted(by)})`

/** Ids of a run from one on, with how often each is there. */
export const selectRows = (run: string, from: number): string =>
  `SELECT id, COUNT(*) times FROM ${TABLE} WHERE run = ${quoted(run)} AND id >= ${from} GROUP BY id`

export const readRow = (run: string, id: number): string =>
  `SELECT id FROM ${TABLE} WHERE run = ${quoted(run)} AND id <= ${id} ORDER BY id DESC LIMIT 1`
