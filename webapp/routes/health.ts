import type { ServerRoute } from '@hapi/hapi'
import type { Services } from '../services/services.js'

/** Live: the process answers. Ready: requests can be served; load balancers and Consul ask this. */
export function healthRoutes({ health }: Pick<Services, 'health'>): ServerRoute[] {
  return [
    { method: 'GET', path: '/health/live', options: { auth: false }, handler: () => ({ live: true }) },
    {
      method: 'GET',
      path: '/health/ready',
      options: { auth: false },
      handler: (_request, h) => {
        const readiness = health.readiness()
        return h.response(readiness).code(readiness.ready ? 200 : 503)
      },
    },
  ]
}
