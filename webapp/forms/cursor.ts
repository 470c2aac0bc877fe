import { isTimeuuid } from '../services/cassandra/timeuuid.js'

/** Version of the format, so that a later one can be told apart. */
const version = 1

/** An opaque word for "what is older than this post". */
export function toCursor(id: string): string {
  return Buffer.concat([Buffer.of(version), Buffer.from(id.replaceAll('-', ''), 'hex')]).toString('base64url')
}

/** The post that a cursor stands for; nothing when it isn't one of ours. */
export function fromCursor(cursor: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{23}$/.test(cursor)) return undefined
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== 17 || bytes[0] !== version) return undefined
  const hex = bytes.subarray(1).toString('hex')
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return isTimeuuid(id) ? id : undefined
}
