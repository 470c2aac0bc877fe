import type { Finding } from '../errors'
import { parseDuration } from '../hcl/duration'
import { Expression, isObject, Text, type Value, type ValueObject } from '../hcl/expression'
import { isWellFormed } from '../hcl/strings'
import { isUnresolved } from '../host'
import { structs } from '../spec'
import type { FieldSchema, StructSchema } from '../spec'
import { choices, positiveDurations, ranges } from './allowed'
import { error, oncePerJob, type Rule } from './rule'

/** What the schema alone tells: keys that Nomad doesn't know, values it doesn't take, texts that no job can carry. */
const names = [
  'unknown-key',
  'value-type',
  'unknown-choice',
  'out-of-range',
  'negative-duration',
  'unwritable-text',
] as const
type Name = (typeof names)[number]
type Found = Omit<Finding, 'rule' | 'level'>

export const schemaRules: readonly Rule[] = names.map((name) =>
  error(name, (job, report) => {
    for (const finding of read(job)[name]) report(finding)
  }),
)

/** Reads the whole spec once for all rules of this file. */
const read = oncePerJob((job): Record<Name, Found[]> => {
  const found: Record<Name, Found[]> = {
    'unknown-key': [],
    'value-type': [],
    'unknown-choice': [],
    'out-of-range': [],
    'negative-duration': [],
    'unwritable-text': [],
  }
  walk(job.spec as unknown as ValueObject, structs.Job, job.path, found)
  return found
})

interface Known {
  readonly field: FieldSchema
  readonly choice: ReadonlySet<string> | undefined
  readonly range: readonly [number, number] | undefined
  readonly positive: boolean
}

const fieldsOf = new WeakMap<StructSchema, ReadonlyMap<string, Known>>()

function known(schema: StructSchema): ReadonlyMap<string, Known> {
  let fields = fieldsOf.get(schema)
  if (!fields) {
    fields = new Map(
      schema.fields.map((field) => {
        const name = `${schema.name}.${field.hcl}`
        const choice = choices[name]
        const limits = { range: ranges[name], positive: positiveDurations.has(name) }
        return [field.hcl, { field, choice: choice && new Set(choice), ...limits }]
      }),
    )
    fieldsOf.set(schema, fields)
  }
  return fields
}

function walk(data: ValueObject, schema: StructSchema | undefined, path: string, found: Record<Name, Found[]>): void {
  if (!schema) return
  const fields = known(schema)
  for (const key in data) {
    const value = data[key]
    if (value === undefined || value === null) continue
    const about = fields.get(key)
    if (!about) {
      found['unknown-key'].push(unknownKey(path, schema, key))
    } else if (about.field.ref === undefined) {
      checkValue(path, schema, about, value, found)
    } else {
      const next = structs[about.field.ref]
      if (!checkType(path, about.field, value, found)) continue
      for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
        if (isObject(item))
          walk(item, next, key === 'group' || key === 'task' ? `${path}/${String(item.name)}` : path, found)
      }
    }
  }
}

function unknownKey(path: string, schema: StructSchema, key: string): Found {
  return {
    path,
    problem: `Nomad's ${schema.name} has nothing called '${key}'`,
    given: key,
    allowed: similar(key, schema),
    do: 'correct the name (patches and raw attributes take the HCL names)',
  }
}

/** The quick answer for what nearly every value is; whatever is not sure is looked at closely. */
function isFine({ field, choice, range, positive }: Known, value: Value): boolean {
  if (typeof value === 'string') {
    if (field.type === 'duration') return (parseDuration(value) ?? -1) > (positive ? 0 : -1)
    return field.type === 'string' && choice === undefined && plain.test(value)
  }
  if (typeof value === 'number') {
    return field.type === 'int' && Number.isInteger(value) && (!range || (value >= range[0] && value <= range[1]))
  }
  if (typeof value === 'boolean') return field.type === 'bool'
  if (field.form !== 'map' || field.type !== 'string' || !isObject(value)) return false
  for (const key in value) {
    const item = value[key]
    if (typeof item !== 'string' || !plain.test(item) || !plain.test(key)) return false
  }
  return true
}

function checkValue(
  path: string,
  schema: StructSchema,
  about: Known,
  value: Value,
  found: Record<Name, Found[]>,
): void {
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
        problem: `'${field.hcl}' of Nomad's ${schema.name} is something that Nomad doesn't know`,
        given: `'${value}'`,
        allowed: [...choice].map((name) => `'${name}'`).join(', '),
        do: 'take one of these',
      })
    }
  } else if (range !== undefined && typeof value === 'number') {
    if ((value >= range[0] && value <= range[1]) || isUnresolved(value)) return
    found['out-of-range'].push({
      path,
      problem: `'${field.hcl}' of Nomad's ${schema.name} is a number that Nomad doesn't take`,
      given: String(value),
      allowed: range[1] === Number.MAX_SAFE_INTEGER ? `${range[0]} or more` : `${range[0]} to ${range[1]}`,
      do: 'change it',
    })
  } else if (field.type === 'duration') {
    const time = typeof value === 'number' ? value : parseDuration(String(value))
    if (time === undefined || time > 0 || (time === 0 && !about.positive) || isUnresolved(value)) return
    found['negative-duration'].push({
      path,
      problem: `'${field.hcl}' of Nomad's ${schema.name} is no time that anybody can wait`,
      given: String(value),
      allowed: about.positive ? 'more than 0' : '0 or more',
      do: 'change it',
    })
  }
}

/** Whether the value is of the field's type. */
function checkType(path: string, field: FieldSchema, value: Value, found: Record<Name, Found[]>): boolean {
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
function wantedType(field: FieldSchema, value: Value): string | undefined {
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
function isBlock(item: Value, field: FieldSchema): boolean {
  if (!isObject(item)) return item instanceof Expression
  const label = structs[field.ref ?? '']?.label
  return label === undefined || typeof item[label] === 'string'
}

/** Anything but a list or a map: HCL makes texts of numbers and booleans. */
function isScalar(item: Value): boolean {
  return typeof item !== 'object' || item === null || !isPlain(item)
}

function isPlain(item: Value): boolean {
  return Array.isArray(item) || isObject(item)
}

function checkTexts(path: string, name: string, value: Value, found: Record<Name, Found[]>): void {
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

function checkText(path: string, name: string, text: string, all: Record<Name, Found[]>): void {
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

function similar(key: string, schema: StructSchema): string {
  const start = key.slice(0, 3)
  const near = schema.fields.map((field) => field.hcl).filter((name) => name.startsWith(start))
  return (near.length > 0 ? near : schema.fields.map((field) => field.hcl)).join(', ')
}
