import { isBoom } from '@hapi/boom'
import type { Plugin } from '@hapi/hapi'

export interface SecurityOptions {
  /** Whether the site is served over HTTPS: browsers are then told to stay there. */
  readonly secure: boolean
}

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers that keep a browser from doing what these pages never need: no scripts, no frames, nothing from elsewhere. */
export const security: Plugin<SecurityOptions> = {
  name: 'security',
  register: (server, { secure }) => {
    const headers: Record<string, string> = {
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    }
    server.ext('onPreResponse', (request, h) => {
      const { response } = request
      if (isBoom(response)) {
        Object.assign(response.output.headers, headers)
        return h.continue
      }
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      // Pages show what only one person may see, also after that person has signed out and goes back.
      if (!response.headers['cache-control']) response.header('cache-control', 'no-store')
      return h.continue
    })
  },
}
