/** Part of a value: keys left out are not looked at; texts may be regular expressions. */
export type Expected<T> = T extends string
  ? string | RegExp
  : T extends readonly (infer Item)[]
    ? readonly Expected<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: Expected<T[K]> }
      : T

/** Where two values differ, as lines: `count: expected 3, got 2`. An expected object may leave keys out. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  const wanted = plain(expected)
  const given = plain(actual)
  if (isMap(wanted) && isMap(given)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      value === undefined ? [] : differences(value, given[key], path === '' ? key : `${path}.${key}`),
    )
  }
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length !== given.length) {
      return [`${path}: expected ${show(wanted)}, got ${show(given)}`]
    }
    return wanted.flatMap((item, i) => differences(item, given[i], `${path}[${i}]`))
  }
  if (wanted instanceof RegExp) {
    return typeof given === 'string' && wanted.test(given)
      ? []
      : [`${path}: expected to match ${String(wanted)}, got ${show(given)}`]
  }
  return Object.is(wanted, given) ? [] : [`${path || 'value'}: expected ${show(wanted)}, got ${show(given)}`]
}

/** A typed value as it stands in the spec. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof RegExp || Array.isArray(value)) return value
  if ('toSpec' in value && typeof value.toSpec === 'function') return (value.toSpec as () => unknown)()
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
  return isPlain ? value : String(value)
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp)
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
