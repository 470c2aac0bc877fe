import { parseDuration } from '../hcl/duration'
import { Expression, isObject, Text, type Value, type ValueObject } from '../hcl/expression'
import { isWellFormed } from '../hcl/strings'
import { isUnresolved } from '../host'
import { structs } from '../spec'
import type { FieldSchema, StructSchema } from '../spec'
import { error, type Report, type Rule } from './rule'

/** What the schema alone tells: keys that Nomad doesn't know, values of another type, texts that no job can carry. */
export const schemaRules: readonly Rule[] = [
  error('unknown-key', (job, report) => {
    walk(job.spec as unknown as ValueObject, structs.Job, job.path, {
      unknown: (path, schema, key) =>
        report({
          path,
          problem: `Nomad's ${schema.name} has nothing called '${key}'`,
          given: key,
          allowed: similar(key, schema),
          do: 'correct the name (patches and raw attributes take the HCL names)',
        }),
    })
  }),
  error('value-type', (job, report) => {
    walk(job.spec as unknown as ValueObject, structs.Job, job.path, {
      value: (path, field, value) => checkType(path, field, value, report),
    })
  }),
  error('unwritable-text', (job, report) => {
    walk(job.spec as unknown as ValueObject, structs.Job, job.path, {
      value: (path, field, value) => eachText(value, (text) => checkText(path, field.hcl, text, report)),
    })
  }),
]

interface Visitor {
  unknown?(path: string, schema: StructSchema, key: string): void
  value?(path: string, field: FieldSchema, value: Value): void
}

function walk(data: ValueObject, schema: StructSchema | undefined, path: string, visit: Visitor): void {
  if (!schema) return
  const fields = new Map(schema.fields.map((field) => [field.hcl, field]))
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined || value === null) continue
    const field = fields.get(key)
    if (!field) {
      visit.unknown?.(path, schema, key)
    } else if (field.ref === undefined) {
      visit.value?.(path, field, value)
    } else {
      for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
        if (!isObject(item)) visit.value?.(path, field, item)
        else
          walk(
            item,
            structs[field.ref],
            key === 'group' || key === 'task' ? `${path}/${String(item.name)}` : path,
            visit,
          )
      }
    }
  }
}

function checkType(path: string, field: FieldSchema, value: Value, report: Report): void {
  if (value instanceof Expression || value instanceof Text || isUnresolved(value)) return
  const bad = (allowed: string) =>
    report({
      path,
      problem: `'${field.hcl}' has a value of another type`,
      given: JSON.stringify(value),
      allowed,
      do: 'correct it',
    })
  if (field.ref !== undefined) return bad('a block')
  switch (field.type) {
    case 'duration':
      if (typeof value !== 'number' && parseDuration(String(value)) === undefined) bad(`a duration: '30s', '1h30m'`)
      return
    case 'int':
      if (field.form === 'attribute' && (typeof value !== 'number' || !Number.isInteger(value))) bad('a whole number')
      return
    case 'bool':
      if (typeof value !== 'boolean') bad('true or false')
      return
    case 'list(string)':
      if (field.form === 'attribute' && !Array.isArray(value)) bad('a list')
      return
    case 'string':
      if (field.form === 'attribute' && typeof value !== 'string') bad('a text')
  }
}

function eachText(value: Value, see: (text: string) => void): void {
  if (typeof value === 'string') return see(value)
  if (Array.isArray(value)) for (const item of value as readonly Value[]) eachText(item, see)
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      see(key)
      eachText(item, see)
    }
  }
}

function checkText(path: string, name: string, text: string, report: Report): void {
  const where = `a text in '${name}'`
  if (text.includes('\0')) {
    report({
      path,
      problem: `${where} holds a NUL character, which no process can take`,
      given: JSON.stringify(text),
      do: 'remove it',
    })
  } else if (!isWellFormed(text)) {
    report({
      path,
      problem: `${where} holds half a character`,
      given: JSON.stringify(text),
      do: 'write whole characters',
    })
  } else if (text.normalize('NFC') !== text) {
    report({
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
