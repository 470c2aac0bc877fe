import type { ServerRoute } from '@hapi/hapi'

/** The front page; who is signed in goes straight to the posts. */
export function landingRoutes(): ServerRoute[] {
  return [
    {
      method: 'GET',
      path: '/',
      options: { auth: { mode: 'try' } },
      handler: (request, h) => (request.auth.isAuthenticated ? h.redirect('/posts') : h.view('landing')),
    },
  ]
}
