import type { Plugin } from '@hapi/hapi'
import type { Logger } from 'pino'
import { clientAddress } from './requests.js'

/** One line of JSON for each request. Health checks, several a second, are for `LOG_LEVEL=debug`. */
export const logging: Plugin<{ readonly log: Logger }> = {
  name: 'logging',
  register: (server, { log }) => {
    server.events.on('response', (request) => {
      const status = 'statusCode' in request.response ? request.response.statusCode : 0
      const quiet = request.path.startsWith('/health/') || request.path === '/metrics'
      log[quiet ? 'debug' : 'info'](
        {
          requestId: request.info.id,
          method: request.method.toUpperCase(),
          // Not the query: it may hold what somebody typed.
          path: request.path,
          status,
          ms: Math.max(0, (request.info.responded || Date.now()) - request.info.received),
          address: clientAddress(request),
          account: request.auth.credentials?.user?.account?.id,
        },
        'request',
      )
    })
  },
}
