import type { FreeValue } from '../spec'

/** A piece of TypeScript that is being written. It can be printed, and it can be tried out. */
export type Code =
  /** A literal. `hint` is what a text of many lines is called where it becomes a constant. */
  | { readonly kind: 'value'; readonly value: string | number | boolean | null | undefined; readonly hint?: string }
  /** `Duration.seconds(5)`: a function of the package, by its name. */
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Code[] }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'array'; readonly items: readonly Code[] }
  /** A local variable, with what it stands for. */
  | { readonly kind: 'name'; readonly name: string; readonly stands: unknown }

/** A property of an object, with the comment lines above it. */
export interface Entry {
  readonly key: string
  readonly code: Code
  readonly comments?: readonly string[]
}

/** A literal. */
export function value(v: string | number | boolean | null | undefined, hint?: string): Code {
  return { kind: 'value', value: v, hint }
}

/** A call of one of the package's functions. Arguments that are left out at the end are not written. */
export function call(callee: string, ...args: readonly (Code | undefined)[]): Code {
  const given = args.filter((arg): arg is Code => arg !== undefined)
  const last = given[given.length - 1]
  return {
    kind: 'call',
    callee,
    args: last?.kind === 'object' && last.entries.length === 0 ? given.slice(0, -1) : given,
  }
}

/** An object; properties without code are left out. */
export function object(entries: Readonly<Record<string, Code | undefined>>): Code & { kind: 'object' } {
  return {
    kind: 'object',
    entries: Object.entries(entries).flatMap(([key, code]) => (code === undefined ? [] : [{ key, code }])),
  }
}

/** A list. */
export function array(items: readonly Code[]): Code {
  return { kind: 'array', items }
}

/** Plain data as it stands in a spec. */
export function literal(data: FreeValue | undefined, hint?: string): Code {
  if (Array.isArray(data)) return array(data.map((item) => literal(item, hint)))
  if (typeof data !== 'object' || data === null) return value(data, hint)
  return object(
    Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, item === undefined ? undefined : literal(item, key)]),
    ),
  )
}

/**
 * What the code comes to, with the package's own functions: so that what is written is known to be what was meant.
 * @throws whatever these throw
 */
export function evaluate(code: Code): unknown {
  switch (code.kind) {
    case 'value':
      return code.value
    case 'name':
      return code.stands
    case 'array':
      return code.items.map(evaluate)
    case 'object':
      return Object.fromEntries(code.entries.map(({ key, code: inner }) => [key, evaluate(inner)]))
    case 'call': {
      const [root, method] = code.callee.split('.')
      const owner = isRecord(scope) ? scope[root ?? ''] : undefined
      const target = method === undefined || !isRecord(owner) ? owner : owner[method]
      if (typeof target !== 'function') throw new Error(`the package has no ${code.callee}`)
      return (target as (...args: unknown[]) => unknown).apply(owner, code.args.map(evaluate))
    }
  }
}

let scope: unknown

/** Names the functions that code may call: what the package exports. */
export function useScope(exports: unknown): void {
  scope = exports
}

/** What a typed value is in the spec. */
export function specOf(typed: unknown): unknown {
  if (isRecord(typed) && typeof typed.toSpec === 'function') return (typed.toSpec as () => unknown)()
  return typed
}

/** Whether two pieces of a spec say the same; `undefined` says nothing, `defaults` may be said in addition. */
export function sameSpec(made: unknown, wanted: unknown, defaults: Readonly<Record<string, unknown>> = {}): boolean {
  if (Array.isArray(made) && Array.isArray(wanted)) {
    return made.length === wanted.length && made.every((item, i) => sameSpec(item, wanted[i]))
  }
  const [none, some] = made === undefined ? [made, wanted] : [wanted, made]
  if (none === undefined && Array.isArray(some) && some.length === 0) return true
  if (isRecord(made) && isRecord(wanted)) {
    const keys = new Set([...Object.keys(made), ...Object.keys(wanted)])
    return [...keys].every((key) => {
      if (wanted[key] === undefined && key in defaults && made[key] === defaults[key]) return true
      return sameSpec(made[key], wanted[key])
    })
  }
  return Object.is(made, wanted)
}

function isRecord(thing: unknown): thing is Record<string, unknown> {
  return (typeof thing === 'object' || typeof thing === 'function') && thing !== null && !Array.isArray(thing)
}
