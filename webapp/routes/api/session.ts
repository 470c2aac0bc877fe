import type { ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import { clientAddress } from '../../plugins/requests.js'
import { signedIn } from '../../plugins/session.js'
import { signIn, signUp, type Outcome } from '../../services/accounts/enter.js'
import type { Account, Services } from '../../services/services.js'

const json = { auth: { mode: 'try' }, payload: { maxBytes: 16 * 1024, allow: 'application/json' } } as const

/** Accounts and sessions for programs. The session is the same cookie that pages use. */
export function apiSessionRoutes(services: Services): ServerRoute[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/accounts',
      options: json,
      handler: async (request, h) => {
        const outcome = await signUp(services, request.payload)
        if (outcome.kind !== 'account') return refusal(h, outcome)
        return h.response({ account: shown(outcome.account) }).code(201)
      },
    },
    {
      method: 'POST',
      path: '/api/v1/session',
      options: json,
      handler: async (request, h) => {
        const outcome = await signIn(services, request.payload, clientAddress(request))
        if (outcome.kind !== 'account') return refusal(h, outcome)
        const { expiresAt } = await h.startSession(outcome.account)
        return h.response({ account: shown(outcome.account), expiresAt }).code(201)
      },
    },
    {
      method: 'GET',
      path: '/api/v1/session',
      handler: (request) => ({ account: shown(signedIn(request)) }),
    },
    {
      method: 'DELETE',
      path: '/api/v1/session',
      options: { auth: { mode: 'try' } },
      handler: async (_request, h) => {
        await h.endSession()
        return h.response().code(204)
      },
    },
  ]
}

function shown({ id, username, createdAt }: Account): Account {
  return { id, username, createdAt }
}

function refusal(h: ResponseToolkit, outcome: Exclude<Outcome, { kind: 'account' }>): ResponseObject {
  switch (outcome.kind) {
    case 'invalid':
      return h
        .response({ error: { code: 'invalid', message: 'Some fields need another value.', fields: outcome.fields } })
        .code(422)
    case 'taken':
      return h
        .response({ error: { code: 'username_taken', message: 'This username is taken.', fields: outcome.fields } })
        .code(409)
    case 'refused':
      return h
        .response({ error: { code: 'wrong_credentials', message: 'The username or the password is not right.' } })
        .code(401)
    case 'tooMany':
      return h
        .response({
          error: { code: 'too_many_requests', message: `Too many attempts. Try again in ${outcome.seconds} s.` },
        })
        .code(429)
        .header('retry-after', String(outcome.seconds))
  }
}
