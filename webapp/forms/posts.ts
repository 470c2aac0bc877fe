import { z } from 'zod'
import { isTimeuuid, timeOf } from '../services/cassandra/timeuuid.js'
import { characters } from './result.js'

/** How old the id of a post may be when it arrives: the id is its time of writing as well. */
const draftLifeMs = 60 * 60_000

/** How far the clocks of two nodes may be apart. */
const clockSkewMs = 60_000

/** Line ends as browsers send them count once; characters that no text has (control characters) are left out. */
function clean(text: string): string {
  return [...text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')].filter(isText).join('')
}

function isText(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  const control = code < 0x20 || code === 0x7f
  const loneSurrogate = code >= 0xd800 && code <= 0xdfff
  return character === '\n' || character === '\t' || (!control && !loneSurrogate)
}

const title = z
  .string('Give the post a title.')
  .transform((value) => clean(value).replace(/\s+/g, ' ').trim())
  .pipe(
    z
      .string()
      .refine((value) => value.length > 0, 'Give the post a title.')
      .refine((value) => characters(value) <= 200, 'A title has at most 200 characters.'),
  )

const body = z
  .string('Write something.')
  .transform((value) => clean(value).trim())
  .pipe(
    z
      .string()
      .refine((value) => value.length > 0, 'Write something.')
      .refine((value) => characters(value) <= 20_000, 'A post has at most 20,000 characters.'),
  )

/** Whether an id that a client made may be the id of a post that is written now. */
export function isFreshDraft(id: string, now = Date.now()): boolean {
  if (!isTimeuuid(id)) return false
  const age = now - timeOf(id).getTime()
  return age <= draftLifeMs && age >= -clockSkewMs
}

/** Writing a post. `id` is made when the form is shown, so that a form that is sent twice makes one post. */
export const postForm = z.object({
  title,
  body,
  id: z
    .string()
    .refine((id) => isFreshDraft(id), 'This page was open for a long time. Please publish again.')
    .optional(),
})
