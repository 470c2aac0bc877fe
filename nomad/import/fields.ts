import { type Code, type Entry, evaluate, literal, object, sameSpec, specOf } from './code'
import type { SpecObject } from './decode'
import type { Names } from './names'
import type { Block } from './scan'
import type { Source } from './source'
import type { FreeValue } from '../spec'

/** What every part of the writer needs to know. */
export interface Context {
  readonly source: Source
  readonly names: Names
  /** Writes nothing that the file doesn't say, not even Nomad's own defaults. */
  readonly exact: boolean
  readonly jobType: string
  readonly jobName: string
}

/** Turns a block of the spec into an object of typed properties; what finds no typed form is left for `raw`. */
export class Fields {
  readonly entries: Entry[] = []
  readonly block: Block | undefined
  private readonly left: Set<string>
  private readonly also: Entry[] = []

  constructor(
    readonly context: Context,
    readonly spec: SpecObject,
    block?: Block,
  ) {
    this.block = block ?? context.source.blockOf(spec)
    this.left = new Set(Object.keys(spec).filter((key) => spec[key] !== undefined))
  }

  /** Writes what the keys say as one property. Without code the keys are left for `raw`. */
  put(property: string, code: Code | undefined, ...keys: readonly string[]): void {
    if (code === undefined) return
    const comments = keys.flatMap((key) => this.context.source.takeComments(this.block, key))
    this.entries.push({ key: property, code, comments })
    for (const key of keys) this.left.delete(key)
  }

  /** A key whose value is the property's, if it is of the right type, and one of the allowed texts. */
  plain(
    property: string,
    key: string,
    type: 'string' | 'number' | 'boolean' | 'texts',
    allowed?: readonly string[],
  ): void {
    const value = this.spec[key]
    const fits =
      type === 'texts' ? Array.isArray(value) && value.every((v) => typeof v === 'string') : typeof value === type
    if (!fits || (allowed && !allowed.includes(String(value)))) return
    this.put(property, literal(value, key), key)
  }

  /** A map of texts, with what is said about each of them. */
  map(property: string, key: string): void {
    const value = this.spec[key]
    if (!isSpecObject(value) || !Object.values(value).every((v) => typeof v === 'string')) return
    this.put(
      property,
      commented(this.context, literal(value), this.context.source.children(this.block, key, [undefined])[0]),
      key,
    )
  }

  /** A key whose value has a typed form that says the same. */
  typed(
    property: string,
    key: string,
    code: (value: FreeValue) => Code | undefined,
    defaults?: Readonly<Record<string, unknown>>,
  ): void {
    const value = this.spec[key]
    if (value === undefined) return
    this.put(
      property,
      sayingTheSame(this.context, () => code(value), value, defaults),
      key,
    )
  }

  /** Leaves keys out: something else says what they say. */
  drop(...keys: readonly string[]): void {
    for (const key of keys) this.left.delete(key)
  }

  /** Writes a key into `raw` that the spec doesn't have. */
  override(key: string, code: Code): void {
    this.also.push({ key, code })
  }

  /** All properties, with `raw` for what is left. */
  object(): Code & { kind: 'object' } {
    const raw: Entry[] = [...this.left].map((key) => ({
      key,
      code: literal(this.spec[key], key),
      comments: this.context.source.takeComments(this.block, key),
    }))
    raw.push(...this.also)
    const all = raw.length === 0 ? this.entries : [...this.entries, { key: 'raw', code: entriesOf(raw) }]
    return entriesOf(all)
  }

  /** Keys that nothing has been written for. */
  get rest(): readonly string[] {
    return [...this.left]
  }
}

/** The code, if it comes to the wanted spec: by itself, or with Nomad's own defaults spelled out. */
export function sayingTheSame(
  context: Context,
  make: () => Code | undefined,
  wanted: unknown,
  defaults: Readonly<Record<string, unknown>> = {},
): Code | undefined {
  return context.source.attempt(() => {
    try {
      const code = make()
      return code && sameSpec(specOf(evaluate(code)), wanted, context.exact ? {} : defaults) ? code : undefined
    } catch {
      return undefined
    }
  })
}

/** An object of these properties. */
export function entriesOf(entries: readonly Entry[]): Code & { kind: 'object' } {
  return { ...object({}), entries }
}

/** An object with what is said about its keys in a block. */
export function commented(context: Context, code: Code, block: Block | undefined): Code {
  if (code.kind !== 'object' || !block) return code
  return entriesOf(code.entries.map((entry) => ({ ...entry, comments: context.source.takeComments(block, entry.key) })))
}

/** A map, not a list and not nothing. */
export function isSpecObject(value: FreeValue | undefined): value is SpecObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The maps of a list. */
export function specList(value: FreeValue | undefined): SpecObject[] {
  return Array.isArray(value) ? value.filter(isSpecObject) : []
}
