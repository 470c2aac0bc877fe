import { postForm } from '../forms/posts.js'
import { check, type FieldErrors } from '../forms/result.js'
import { newTimeuuid } from './cassandra/timeuuid.js'
import type { Post, PostStore } from './services.js'

export type Written =
  | { readonly kind: 'written'; readonly post: Post }
  /** The same form came before: this is what was written then. Posts are not edited. */
  | { readonly kind: 'again'; readonly post: Post }
  | { readonly kind: 'invalid'; readonly fields: FieldErrors }

/** Writes what a form says, once, however often the form comes. @throws Unavailable */
export async function writePost(posts: PostStore, authorId: string, payload: unknown): Promise<Written> {
  const form = check(postForm, payload)
  if (!form.ok) return { kind: 'invalid', fields: form.fields }
  const { id, title, body } = form.value
  const before = id === undefined ? undefined : await posts.find(authorId, id)
  if (before) return { kind: 'again', post: before }
  return { kind: 'written', post: await posts.write(authorId, { id: id ?? newTimeuuid(), title, body }) }
}
