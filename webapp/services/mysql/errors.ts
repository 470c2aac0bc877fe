/** Codes of errors after which the same statement may succeed on a new connection: nothing is wrong with the statement itself. */
const transientCodes = new Set([
  // the connection
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'POOL_CLOSED',
])

const transientNumbers = new Set([
  1040, // ER_CON_COUNT_ERROR
  1053, // ER_SERVER_SHUTDOWN
  1158, // ER_NET_READ_ERROR
  1159, // ER_NET_READ_INTERRUPTED
  1160, // ER_NET_ERROR_ON_WRITE
  1161, // ER_NET_WRITE_INTERRUPTED
  1205, // ER_LOCK_WAIT_TIMEOUT
  1213, // ER_LOCK_DEADLOCK
  1290, // ER_OPTION_PREVENTS_STATEMENT: super_read_only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
  1317, // ER_QUERY_INTERRUPTED
  1927, // ER_CONNECTION_KILLED
  3024, // ER_QUERY_TIMEOUT
  3032, // ER_SERVER_OFFLINE_MODE
  3100, // ER_RUN_HOOK_ERROR: semi-sync gave up
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
])

const readOnlyNumbers = new Set([1290, 1792, 1836])

/** The server that answered as the writer is fenced: another one is, or will be, the primary. */
export class NotTheWriter extends Error {
  override readonly name = 'NotTheWriter'
}

/** Whether the same statement is worth another try, on another connection. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NotTheWriter) return true
  const { code, errno, fatal } = fields(error)
  return transientCodes.has(code) || transientNumbers.has(errno) || fatal
}

/** Whether the server said that it takes no writes: every connection to it is of no use for writing. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof NotTheWriter || readOnlyNumbers.has(fields(error).errno)
}

/** Whether the server did not let this account in with this password. */
export function isDenied(error: unknown): boolean {
  return fields(error).errno === 1045
}

/** Whether a unique key exists already. */
export function isDuplicate(error: unknown): boolean {
  return fields(error).errno === 1062
}

/** Whether the database that was asked for doesn't exist. */
export function isUnknownDatabase(error: unknown): boolean {
  return fields(error).errno === 1049
}

function fields(error: unknown): { code: string; errno: number; fatal: boolean } {
  if (typeof error !== 'object' || error === null) return { code: '', errno: 0, fatal: false }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  // mysql2 marks as fatal what ended the connection; wrong credentials and the like are fatal as well, and known by their number.
  const fatal = 'fatal' in error && error.fatal === true && errno < 1000
  const closed = error instanceof Error && /closed state|Pool is closed|Connection lost/i.test(error.message)
  return { code, errno, fatal: fatal || closed }
}
