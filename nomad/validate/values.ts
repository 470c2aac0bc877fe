import type { Finding } from '../errors'
import { parseDuration } from '../hcl/duration'
import { Expression, isObject, Text, type Value } from '../hcl/expression'
import { isWellFormed } from '../hcl/strings'
import { isUnresolved } from '../host'
import type { FieldLookup } from '../spec/lookup'

/** The rules about values that the schema alone tells. */
export const valueRules = [
  'unknown-key',
  'value-type',
  'unknown-choice',
  'out-of-range',
  'negative-duration',
  'unwritable-text',
] as const

/** What these rules found. */
export type FoundByRule = Record<(typeof valueRules)[number], Omit<Finding, 'rule' | 'level'>[]>

/** What Nomad takes in a field. */
export interface KnownField {
  readonly field: FieldLookup
  readonly choice: ReadonlySet<string> | undefined
  readonly range: readonly [number, number] | undefined
  readonly positive: boolean
}

/** The quick answer for what nearly every value is; whatever is not sure is looked at closely. */
function isFine({ field, choice, range, positive }: KnownField, value: Value): boolean {
  if (typeof value === 'string') {
    if (field.type === 'duration') return (parseDuration(value) ?? -1) > (positive ? 0 : -1)
    return field.type === 'string' && choice === undefined && plain.test(value)
  }
  if (typeof value === 'number') {
    return field.type === 'int' && Number.isInteger(value) && (!range || (value >= range[0] && value <= range[1]))
  }
  if (typeof value === 'boolean') return field.type === 'bool'
  if (Array.isArray(value))
    return field.type === 'list(string)' && field.form === 'attribute' && value.every(isPlainText)
  if (field.form !== 'map' || field.type !== 'string' || !isObject(value)) return false
  for (const key in value) {
    if (!isPlainText(value[key]) || !plain.test(key)) return false
  }
  return true
}

function isPlainText(value: Value): boolean {
  return typeof value === 'string' && plain.test(value)
}

/** Looks at a value that is no block. */
export function checkValue(path: string, struct: string, about: KnownField, value: Value, found: FoundByRule): void {
  if (isFine(about, value)) return
  const { field, choice, range } = about
  if (!checkType(path, field, value, found)) return
  if (typeof value === 'string') checkText(path, field.hcl, value, found)
  else if (typeof value === 'object') checkTexts(path, field.hcl, value, found)
  if (choice !== undefined && typeof value === 'string') {
    if (value === '' || choice.has(value) || isUnresolved(value)) return
    if (!(field.hcl === 'type' && choice.has(value.toLowerCase()))) {
      found['unknown-choice'].push({
        path,
        problem: `'${field.hcl}' of Nomad's ${struct} is something that Nomad doesn't know`,
        given: `'${value}'`,
        allowed: [...choice].map((name) => `'${name}'`).join(', '),
        do: 'take one of these',
      })
    }
  } else if (range !== undefined && typeof value === 'number') {
    if ((value >= range[0] && value <= range[1]) || isUnresolved(value)) return
    found['out-of-range'].push({
      path,
      problem: `'${field.hcl}' of Nomad's ${struct} is a number that Nomad doesn't take`,
      given: String(value),
      allowed: range[1] === Number.MAX_SAFE_INTEGER ? `${range[0]} or more` : `${range[0]} to ${range[1]}`,
      do: 'change it',
    })
  } else if (field.type === 'duration') {
    const time = typeof value === 'number' ? value : parseDuration(String(value))
    if (time === undefined || time > 0 || (time === 0 && !about.positive) || isUnresolved(value)) return
    found['negative-duration'].push({
      path,
      problem: `'${field.hcl}' of Nomad's ${struct} is no time that anybody can wait`,
      given: String(value),
      allowed: about.positive ? 'more than 0' : '0 or more',
      do: 'change it',
    })
  }
}

/** Whether the value is of the field's type. */
export function checkType(path: string, field: FieldLookup, value: Value, found: FoundByRule): boolean {
  const allowed = wantedType(field, value)
  if (allowed === undefined || value instanceof Expression || value instanceof Text || isUnresolved(value)) return true
  found['value-type'].push({
    path,
    problem: `'${field.hcl}' has a value of another type`,
    given: JSON.stringify(value),
    allowed,
    do: 'correct it',
  })
  return false
}

/** What should be there instead, where the value is of another type. */
function wantedType(field: FieldLookup, value: Value): string | undefined {
  if (field.ref !== undefined) {
    if (field.form === 'block') return isObject(value) ? undefined : 'a block'
    return Array.isArray(value) && (value as readonly Value[]).every((item) => isBlock(item, field))
      ? undefined
      : 'a list of blocks'
  }
  if (field.form === 'map' || field.form === 'free') {
    if (!isObject(value)) return 'a block of names and values'
    return field.form === 'free' || Object.values(value).every(isScalar) ? undefined : 'texts'
  }
  switch (field.type) {
    case 'duration':
      if (typeof value === 'number' || parseDuration(String(value)) !== undefined) return undefined
      return `a duration: '30s', '1h30m'`
    case 'int':
      if (field.form !== 'attribute' || (typeof value === 'number' && Number.isInteger(value))) return undefined
      return 'a whole number'
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'list(string)':
      if (field.form !== 'attribute') return undefined
      return Array.isArray(value) && (value as readonly Value[]).every(isScalar) ? undefined : 'a list of texts'
    case 'string':
      return field.form !== 'attribute' || typeof value === 'string' ? undefined : 'a text'
    default:
      return undefined
  }
}

/** A block, with its label where it has one. */
function isBlock(item: Value, field: FieldLookup): boolean {
  if (!isObject(item)) return item instanceof Expression
  const label = field.holds?.schema.label
  return label === undefined || typeof item[label] === 'string'
}

/** Anything but a list or a map: HCL makes texts of numbers and booleans. */
function isScalar(item: Value): boolean {
  return typeof item !== 'object' || item === null || !isPlain(item)
}

function isPlain(item: Value): boolean {
  return Array.isArray(item) || isObject(item)
}

function checkTexts(path: string, name: string, value: Value, found: FoundByRule): void {
  if (typeof value === 'string') return checkText(path, name, value, found)
  if (Array.isArray(value)) {
    for (const item of value as readonly Value[]) checkTexts(path, name, item, found)
  } else if (isObject(value)) {
    for (const key in value) {
      checkText(path, name, key, found)
      checkTexts(path, name, value[key], found)
    }
  }
}

/** Printable ASCII: what nearly every text is. */
const plain = /^[ -~\n\r\t]*$/

function checkText(path: string, name: string, text: string, all: FoundByRule): void {
  if (plain.test(text)) return
  const found = all['unwritable-text']
  const where = `a text in '${name}'`
  if (text.includes('\0')) {
    found.push({
      path,
      problem: `${where} holds a NUL character, which no process can take`,
      given: JSON.stringify(text),
      do: 'remove it',
    })
  } else if (!isWellFormed(text)) {
    found.push({
      path,
      problem: `${where} holds half a character`,
      given: JSON.stringify(text),
      do: 'write whole characters',
    })
  } else if (text.normalize('NFC') !== text) {
    found.push({
      path,
      problem: `${where} would arrive changed: HCL composes characters (Unicode NFC)`,
      given: JSON.stringify(text),
      allowed: 'text in NFC',
      do: 'use text.normalize(), or encode it, e.g. in base64',
    })
  }
}
