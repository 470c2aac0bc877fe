import { unauthorized } from '@hapi/boom'
import type { Plugin, Request, ResponseToolkit } from '@hapi/hapi'
import { hashSessionId, newSessionId } from '../services/accounts/session-id.js'
import type { Account, FoundSession, SessionStore } from '../services/services.js'
import { Unavailable } from '../services/unavailable.js'

declare module '@hapi/hapi' {
  interface UserCredentials {
    readonly account?: Account
  }
  interface AuthCredentials {
    readonly session?: FoundSession
  }
  interface ResponseToolkit {
    /** Signs somebody in: a new session, whatever the request came with. */
    startSession(account: Account): Promise<{ readonly expiresAt: Date }>
    /** Signs out here and on all instances. */
    endSession(): Promise<void>
  }
}

export interface SessionOptions {
  readonly sessions: SessionStore
  readonly cookieKey: string
  readonly secure: boolean
  /** In milliseconds. */
  readonly idleMs: number
}

const reading = ['get', 'head']

/** Who is there: a cookie with a random id, signed so that made-up ids never reach the database, and a row in MySQL. */
export const session: Plugin<SessionOptions> = {
  name: 'session',
  register: (server, { sessions, cookieKey, secure, idleMs }) => {
    // Browsers take a __Host- cookie from this very host over HTTPS only.
    const cookie = secure ? '__Host-shoal' : 'shoal'
    server.state(cookie, {
      isHttpOnly: true,
      isSecure: secure,
      isSameSite: 'Lax',
      path: '/',
      encoding: 'base64',
      sign: { password: cookieKey },
      ignoreErrors: true,
      clearInvalid: true,
    })

    const idHash = (request: Request): Buffer | undefined => {
      const id: unknown = request.state[cookie]
      return typeof id === 'string' && id.length > 0 ? hashSessionId(id) : undefined
    }

    server.auth.scheme('session', () => ({
      authenticate: async (request, h) => {
        const hash = idHash(request)
        const found = hash && (await sessions.find(hash))
        if (!hash || !found) throw unauthorized(null, 'session')
        if (found.confirmedBy === 'replica' && !reading.includes(request.method)) {
          throw new Unavailable('sessions (MySQL)', { cause: 'the primary is away, so that nothing can be written' })
        }
        // A write to the database for each request would be a lot for the sake of a timeout.
        if (Date.now() - found.lastSeenAt.getTime() > Math.min(idleMs / 10, 5 * 60_000)) {
          if (found.confirmedBy === 'writer') sessions.touch(hash)
        }
        return h.authenticated({ credentials: { user: { account: found.account }, session: found } })
      },
    }))
    server.auth.strategy('session', 'session')
    server.auth.default('session')

    server.decorate('toolkit', 'startSession', async function (this: ResponseToolkit, account: Account) {
      const before = idHash(this.request)
      const id = newSessionId()
      const started = await sessions.create(hashSessionId(id), account.id)
      this.state(cookie, id, { ttl: started.expiresAt.getTime() - Date.now() })
      // The one before must not live on unseen; the new one is good even where this fails.
      if (before) await sessions.revoke(before).catch(() => undefined)
      return started
    })
    server.decorate('toolkit', 'endSession', async function (this: ResponseToolkit) {
      const hash = idHash(this.request)
      if (hash) await sessions.revoke(hash)
      this.unstate(cookie)
    })
  },
}

/** The account that is signed in; for routes that require one. */
export function signedIn(request: Request): Account {
  const account = request.auth.credentials?.user?.account
  if (!account) throw unauthorized(null, 'session')
  return account
}
