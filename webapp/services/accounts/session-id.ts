import { createHash, randomBytes } from 'node:crypto'

/** A new session id: 192 random bits. Only the cookie ever holds it. */
export function newSessionId(): string {
  return randomBytes(24).toString('base64url')
}

/** What is stored of a session id: a copy of the database opens no session. */
export function hashSessionId(id: string): Buffer {
  return createHash('sha256').update(id).digest()
}
