import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { server as createHapi, type Server } from '@hapi/hapi'
import { pino, type Logger } from 'pino'
import type { Config } from './config.js'
import { assets } from './plugins/assets.js'
import { csrf } from './plugins/csrf.js'
import { errors } from './plugins/errors.js'
import { logging } from './plugins/logging.js'
import { metrics } from './plugins/metrics.js'
import { security } from './plugins/security.js'
import { session } from './plugins/session.js'
import { addViews } from './plugins/views.js'
import { accountRoutes } from './routes/accounts.js'
import { apiPostRoutes } from './routes/api/posts.js'
import { apiSessionRoutes } from './routes/api/session.js'
import { healthRoutes } from './routes/health.js'
import { landingRoutes } from './routes/landing.js'
import { postRoutes } from './routes/posts.js'
import type { Services } from './services/services.js'

const here = fileURLToPath(new URL('.', import.meta.url))

export interface ServerOptions {
  /** @default silent */
  readonly log?: Logger
  /** Whether `/metrics` tells about the process too. @default false */
  readonly processMetrics?: boolean
}

/** The application, ready to listen or to be asked by `inject`. Nothing is connected here: that is up to the services. */
export async function createServer(
  config: Pick<Config, 'host' | 'port' | 'cookie' | 'session'>,
  services: Services,
  { log = pino({ level: 'silent' }), processMetrics }: ServerOptions = {},
): Promise<Server> {
  const { cookie } = config
  const server = createHapi({
    host: config.host,
    port: config.port,
    debug: false,
    router: { stripTrailingSlash: true },
    state: { ignoreErrors: true },
    routes: { payload: { timeout: 10_000 }, timeout: { server: 20_000 } },
  })
  await server.register([
    { plugin: logging, options: { log } },
    { plugin: metrics, options: { processMetrics } },
    { plugin: errors, options: { log } },
    { plugin: security, options: { secure: cookie.secure } },
    {
      plugin: session,
      options: {
        sessions: services.sessions,
        cookieKey: cookie.key,
        secure: cookie.secure,
        idleMs: config.session.idleMs,
      },
    },
    { plugin: csrf, options: { secure: cookie.secure } },
    { plugin: assets, options: { directory: join(here, 'public') } },
  ])
  await addViews(server, join(here, 'views'))
  server.route([
    ...healthRoutes(services),
    ...landingRoutes(),
    ...accountRoutes(services),
    ...postRoutes(services),
    ...apiSessionRoutes(services),
    ...apiPostRoutes(services),
  ])
  return server
}
