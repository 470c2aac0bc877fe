import type { ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import { textField } from '../forms/result.js'
import { clientAddress, safeNext } from '../plugins/requests.js'
import { signIn, signUp, type Outcome } from '../services/accounts/enter.js'
import type { Services } from '../services/services.js'

/** Bytes of a form with a name and a password, written with percent signs. */
const maxBytes = 16 * 1024

const headings = { signup: 'Sign up', signin: 'Sign in' } as const

const open = { auth: { mode: 'try' } } as const
const form = {
  auth: { mode: 'try' },
  payload: { maxBytes, allow: 'application/x-www-form-urlencoded' },
} as const

/** Signing up, in and out, as pages. */
export function accountRoutes(services: Services): ServerRoute[] {
  return [
    {
      method: 'GET',
      path: '/signup',
      options: open,
      handler: (request, h) => entrance(h, 'signup', request.query.next),
    },
    {
      method: 'GET',
      path: '/signin',
      options: open,
      handler: (request, h) => entrance(h, 'signin', request.query.next),
    },
    {
      method: 'POST',
      path: '/signup',
      options: form,
      handler: async (request, h) => {
        const outcome = await signUp(services, request.payload)
        return enter(h, 'signup', outcome)
      },
    },
    {
      method: 'POST',
      path: '/signin',
      options: form,
      handler: async (request, h) => {
        const outcome = await signIn(services, request.payload, clientAddress(request))
        return enter(h, 'signin', outcome)
      },
    },
    {
      method: 'POST',
      path: '/signout',
      options: form,
      handler: async (_request, h) => {
        await h.endSession()
        return h.redirect('/').code(303)
      },
    },
  ]
}

function entrance(h: ResponseToolkit, page: 'signup' | 'signin', next: unknown): ResponseObject {
  if (h.request.auth.isAuthenticated) return h.redirect(safeNext(next))
  return h.view(page, { next: safeNext(next), bare: true, heading: headings[page] })
}

async function enter(h: ResponseToolkit, page: 'signup' | 'signin', outcome: Outcome): Promise<ResponseObject> {
  const { payload } = h.request
  const next = safeNext(textField(payload, 'next'))
  if (outcome.kind === 'account') {
    await h.startSession(outcome.account)
    return h.redirect(next).code(303)
  }
  // What was typed comes back, the password never does.
  const context = { next, bare: true, heading: headings[page], username: textField(payload, 'username').slice(0, 200) }
  switch (outcome.kind) {
    case 'invalid':
    case 'taken':
      return h.view(page, { ...context, errors: outcome.fields }).code(422)
    case 'refused':
      return h.view(page, { ...context, problem: 'The username or the password is not right.' }).code(401)
    case 'tooMany': {
      const minutes = Math.ceil(outcome.seconds / 60)
      const problem = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
      return h
        .view(page, { ...context, problem })
        .code(429)
        .header('retry-after', String(outcome.seconds))
    }
  }
}
