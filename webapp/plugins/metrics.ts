import type { Plugin } from '@hapi/hapi'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** Counts and times requests per route. A registry for each server, so that tests can make many. */
export const metrics: Plugin<{ readonly processMetrics?: boolean }> = {
  name: 'metrics',
  register: (server, { processMetrics = false }) => {
    const registry = new Registry()
    if (processMetrics) collectDefaultMetrics({ register: registry })
    const seconds = new Histogram({
      name: 'shoal_web_request_seconds',
      help: 'Time from the first byte of a request to the end of its answer, in seconds',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    })
    server.events.on('response', (request) => {
      const status = 'statusCode' in request.response ? String(request.response.statusCode) : 'closed'
      const elapsed = Math.max(0, (request.info.responded || Date.now()) - request.info.received) / 1_000
      seconds.observe({ method: request.method, route: request.route.path, status }, elapsed)
    })
    server.route({
      method: 'GET',
      path: '/metrics',
      options: { auth: false },
      handler: async (_request, h) => h.response(await registry.metrics()).type(registry.contentType),
    })
  },
}
