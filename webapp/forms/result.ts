import type { z } from 'zod'

/** What a person sent, checked: the value, or a message for each field that needs another one. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fields: FieldErrors }

export type FieldErrors = Readonly<Record<string, string>>

/** Checks a payload; the first problem of each field counts, in words for the person who typed it. */
export function check<T>(schema: z.ZodType<T>, payload: unknown): Checked<T> {
  const result = schema.safeParse(payload ?? {})
  if (result.success) return { ok: true, value: result.data }
  const fields: Record<string, string> = {}
  for (const { path, message } of result.error.issues) {
    const field = String(path[0] ?? 'form')
    fields[field] ??= message
  }
  return { ok: false, fields }
}

/** Length as people count: an emoji is one character. */
export function characters(text: string): number {
  return [...text].length
}

/** A field of a form as text; anything else is as if it had not been sent. */
export function textField(payload: unknown, name: string): string {
  if (typeof payload !== 'object' || payload === null) return ''
  const value: unknown = Reflect.get(payload, name)
  return typeof value === 'string' ? value : ''
}
