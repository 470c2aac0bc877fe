import type { Request } from '@hapi/hapi'

/** Whether the answer is JSON for a program, not a page for a person. */
export function isApi(request: Request): boolean {
  return request.path.startsWith('/api/') || request.path.startsWith('/health/') || request.path === '/metrics'
}

/** The person's address. nginx on this host is the only one that is believed; it sends one address only. */
export function clientAddress(request: Request): string {
  const peer = request.info.remoteAddress
  const local = peer === '127.0.0.1' || peer === '::1' || peer === '::ffff:127.0.0.1'
  const forwarded: unknown = request.headers['x-forwarded-for']
  if (!local || typeof forwarded !== 'string') return peer
  return forwarded.split(',').at(-1)?.trim() || peer
}

/** A path on this site to go on to, or `/posts`: never another site's address. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\')) return '/posts'
  return next
}
