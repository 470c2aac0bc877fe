import { badRequest, notFound } from '@hapi/boom'
import type { ServerRoute } from '@hapi/hapi'
import { fromCursor, toCursor } from '../../forms/cursor.js'
import { signedIn } from '../../plugins/session.js'
import { isTimeuuid } from '../../services/cassandra/timeuuid.js'
import type { Services } from '../../services/services.js'
import { writePost } from '../../services/write-post.js'

const maxBytes = 256 * 1024
const maxLimit = 100

/** One's own posts for programs. */
export function apiPostRoutes({ posts }: Pick<Services, 'posts'>): ServerRoute[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/posts',
      handler: async (request) => {
        const { cursor, limit } = request.query
        const before = typeof cursor === 'string' ? fromCursor(cursor) : undefined
        if (cursor !== undefined && before === undefined) throw badRequest('This cursor is not one of ours.')
        const size = limit === undefined ? 20 : Number(limit)
        if (!Number.isInteger(size) || size < 1 || size > maxLimit) {
          throw badRequest(`limit is a whole number from 1 to ${maxLimit}.`)
        }
        const page = await posts.list(signedIn(request).id, { before, limit: size })
        return { posts: page.posts, next: page.next === undefined ? null : toCursor(page.next) }
      },
    },
    {
      method: 'POST',
      path: '/api/v1/posts',
      options: { payload: { maxBytes, allow: 'application/json' } },
      handler: async (request, h) => {
        const written = await writePost(posts, signedIn(request).id, request.payload)
        if (written.kind === 'invalid') {
          const error = { code: 'invalid', message: 'Some fields need another value.', fields: written.fields }
          return h.response({ error }).code(422)
        }
        const response = h.response({ post: written.post }).location(`/api/v1/posts/${written.post.id}`)
        return response.code(written.kind === 'written' ? 201 : 200)
      },
    },
    {
      method: 'GET',
      path: '/api/v1/posts/{id}',
      handler: async (request) => {
        const id: unknown = request.params.id
        const post = typeof id === 'string' && isTimeuuid(id) && (await posts.find(signedIn(request).id, id))
        if (!post) throw notFound('There is no such post, or it is not yours.')
        return { post }
      },
    },
  ]
}
