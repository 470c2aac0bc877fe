import { isBoom, type Boom } from '@hapi/boom'
import type { Plugin, Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import type { Logger } from 'pino'
import { Unavailable } from '../services/unavailable.js'
import { isApi } from './requests.js'

interface Explanation {
  readonly code: string
  readonly title: string
  readonly text: string
}

const explanations: Readonly<Record<number, Explanation>> = {
  400: { code: 'bad_request', title: 'This request makes no sense here', text: 'Go back, and try it another way.' },
  401: { code: 'not_signed_in', title: 'You are not signed in', text: 'Sign in first.' },
  403: {
    code: 'forbidden',
    title: 'This form is too old',
    text: 'It did not come from a page that is open here. Go back, load the page again, and send it once more.',
  },
  404: { code: 'not_found', title: 'Nothing swims here', text: 'There is no such page, or it is not yours to see.' },
  405: { code: 'method_not_allowed', title: 'This can not be done here', text: 'Go back, and try it another way.' },
  413: { code: 'too_large', title: 'This is too large', text: 'A post has at most 20,000 characters.' },
  415: { code: 'unsupported_media_type', title: 'This format is not understood', text: 'Send application/json.' },
  429: { code: 'too_many_requests', title: 'Too many attempts', text: 'Wait a while, and try again.' },
  500: { code: 'internal', title: 'Something went wrong', text: 'It is our fault, and it has been noted.' },
  503: {
    code: 'unavailable',
    title: 'Back in a moment',
    text: 'A part of this site is being replaced right now. Nothing was lost; try again in a few seconds.',
  },
}

/** Turns whatever went wrong into a page or JSON, never with details that help nobody but an attacker. */
export const errors: Plugin<{ readonly log: Logger }> = {
  name: 'errors',
  register: (server, { log }) => {
    server.ext('onPreResponse', (request, h) => {
      const { response } = request
      if (!isBoom(response)) return h.continue
      return answer(request, h, response, log)
    })
  },
}

function answer(request: Request, h: ResponseToolkit, error: Boom, log: Logger): ResponseObject {
  const unavailable = error instanceof Unavailable ? error : undefined
  const status = unavailable ? 503 : error.output.statusCode
  if (status >= 500) {
    const details = { requestId: request.info.id, path: request.path, error: error.message }
    if (unavailable) log.warn(details, 'a part is unavailable')
    else log.error({ ...details, stack: error.stack }, 'unexpected error')
  }
  if (status === 401 && !isApi(request)) {
    const next = request.method === 'get' ? `?next=${encodeURIComponent(request.path + request.url.search)}` : ''
    return h.redirect(`/signin${next}`)
  }
  const explanation = explanations[status] ?? explanations[status < 500 ? 400 : 500]
  const body = {
    status,
    heading: explanation?.title,
    code: explanation?.code,
    title: explanation?.title,
    text: explanation?.text,
  }
  const response = isApi(request)
    ? h.response({ error: { code: body.code, message: status < 500 ? error.message : body.text } })
    : h.view('error', body)
  response.code(status)
  for (const [name, value] of Object.entries(error.output.headers)) {
    if (value !== undefined && name.toLowerCase() !== 'www-authenticate') response.header(name, String(value))
  }
  if (status === 503) response.header('retry-after', String(unavailable?.retryAfterSeconds ?? 5))
  return response
}
