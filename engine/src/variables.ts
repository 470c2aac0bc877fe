import type { VariableValue } from './types.js'

/**
 * Writes values as the text of a variable file. Strings are literals: `${` and `%{` in them mean themselves.
 */
export function variableFile(values: Readonly<Record<string, VariableValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name)) {
        throw new TypeError(
          `variables: ${JSON.stringify(name)} can't be the name of an HCL2 variable. ` +
            'Allowed: letters, digits, _ and -, beginning with a letter or _. Rename the variable.',
        )
      }
      return `${name} = ${literal(value)}\n`
    })
    .join('')
}

function literal(value: VariableValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`variables: ${value} is not a number that HCL can write`)
    return String(value)
  }
  if (typeof value === 'string') return quoted(value)
  if (isList(value)) return `[${value.map(literal).join(', ')}]`
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${quoted(key)} = ${literal(item)}`)
    .join(', ')} }`
}

function isList(
  value: readonly VariableValue[] | { readonly [name: string]: VariableValue },
): value is readonly VariableValue[] {
  return Array.isArray(value)
}

function quoted(text: string): string {
  const short: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const escaped = text
    .replace(/[\\"\p{Cc}]/gu, (found) => short[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/([$%])\{/gu, '$1$1{')
  return `"${escaped}"`
}
