import { inspect } from 'node:util'

/**
 * All that an error has to say, in lines of a report: chai shortens what it compares in its message, and a reporter that
 * is stopped before its end shows nothing at all.
 */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return `      ${inspect(error)}`
  const { actual, expected, cause } = error as Error & { readonly actual?: unknown; readonly expected?: unknown }
  const full = (value: unknown): string =>
    inspect(value, { depth: 10, maxStringLength: 4000, maxArrayLength: 200, breakLength: 160 })
  const lines = [`      ${error.name}: ${error.message}`]
  if (actual !== undefined || expected !== undefined)
    lines.push(`        actual:   ${full(actual)}`, `        expected: ${full(expected)}`)
  if (cause !== undefined) lines.push('        because:', told(cause))
  return lines.join('\n')
}
