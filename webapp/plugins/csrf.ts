import { createRequire } from 'node:module'
import { forbidden } from '@hapi/boom'
import type { Plugin, Request, ServerStateCookieOptions } from '@hapi/hapi'
import { isApi } from './requests.js'

/** What is used of crumb, which comes without types. */
interface CrumbOptions {
  readonly key: string
  readonly skip: (request: Request) => boolean
  readonly cookieOptions: ServerStateCookieOptions
}

const { plugin: crumb }: { plugin: Plugin<CrumbOptions> } = createRequire(import.meta.url)('@hapi/crumb')

export interface CsrfOptions {
  /** Whether cookies are sent over HTTPS only. */
  readonly secure: boolean
}

/**
 * Another site must not make a browser write here. Forms carry a crumb that is compared with a cookie (any instance can check it). The
 * JSON API takes `application/json` only, which no form of another site can send without being asked by CORS first, and refuses what
 * a browser marks as coming from another site.
 */
export const csrf: Plugin<CsrfOptions> = {
  name: 'csrf',
  register: async (server, { secure }) => {
    await server.register({
      plugin: crumb,
      options: {
        key: 'crumb',
        skip: (request) => isApi(request) || !request.auth.mode,
        cookieOptions: { isSecure: secure, isHttpOnly: true, isSameSite: 'Lax', path: '/', ignoreErrors: true },
      },
    })
    server.ext('onPreAuth', (request, h) => {
      const from = request.headers['sec-fetch-site']
      const writes = !['get', 'head', 'options'].includes(request.method)
      if (writes && (from === 'cross-site' || from === 'same-site'))
        throw forbidden('this request comes from another site')
      return h.continue
    })
  },
}
