import { badRequest, notFound } from '@hapi/boom'
import type { ResponseObject, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import { fromCursor, toCursor } from '../forms/cursor.js'
import { textField, type FieldErrors } from '../forms/result.js'
import { signedIn } from '../plugins/session.js'
import { isTimeuuid, newTimeuuid } from '../services/cassandra/timeuuid.js'
import type { Services } from '../services/services.js'
import { writePost } from '../services/write-post.js'

const pageSize = 20

/** 20,000 characters of four bytes, each byte as three characters, and some more. */
const maxBytes = 256 * 1024

/** One's own posts, as pages. */
export function postRoutes({ posts }: Pick<Services, 'posts'>): ServerRoute[] {
  const list = async (h: ResponseToolkit, problems?: FieldErrors): Promise<ResponseObject> => {
    const { query, payload } = h.request
    const cursor: unknown = query.cursor
    const before = typeof cursor === 'string' ? fromCursor(cursor) : undefined
    if (cursor !== undefined && before === undefined) throw badRequest('This cursor is not one of ours.')
    const page = await posts.list(signedIn(h.request).id, { before, limit: pageSize })
    return h.view('posts', {
      heading: 'Your posts',
      posts: page.posts,
      older: page.next && toCursor(page.next),
      first: before === undefined,
      form: {
        id: newTimeuuid(),
        title: textField(payload, 'title'),
        body: textField(payload, 'body'),
        errors: problems,
      },
    })
  }

  return [
    { method: 'GET', path: '/posts', handler: (_request, h) => list(h) },
    {
      method: 'POST',
      path: '/posts',
      options: { payload: { maxBytes, allow: 'application/x-www-form-urlencoded' } },
      handler: async (request, h) => {
        const written = await writePost(posts, signedIn(request).id, request.payload)
        if (written.kind === 'invalid') return (await list(h, written.fields)).code(422)
        return h.redirect(`/posts/${written.post.id}`).code(303)
      },
    },
    {
      method: 'GET',
      path: '/posts/{id}',
      handler: async (request, h) => {
        // Only one's own partition is ever asked: another person's post is as unknown as one that never was.
        const id: unknown = request.params.id
        const post = typeof id === 'string' && isTimeuuid(id) && (await posts.find(signedIn(request).id, id))
        if (!post) throw notFound()
        return h.view('post', { heading: post.title, post })
      },
    },
  ]
}
