import { structs } from '../spec/generated/schema'
import type { FieldSchema, StructSchema } from '../spec/schema'
import { Expression, isObject, Text, type Value, type ValueObject, type Variable } from './expression'
import { quoted, stringLiteral } from './strings'

const identifier = /^[A-Za-z_][A-Za-z0-9_-]*$/

/** A block's body: attributes on one line, attributes on several, then blocks. */
interface Body {
  readonly lines: [name: string, value: string][]
  readonly long: string[]
  readonly blocks: string[]
}

/**
 * A job's spec (plain data, Nomad's HCL names) as canonical HCL2, as `nomad fmt` leaves it.
 * Keys that the schema does not know are written after those that it knows.
 * @throws UnwritableText for strings that HCL can't carry
 */
export function renderHcl(job: ValueObject, variables: readonly Variable[] = []): string {
  const head = variables.map((v) => `variable ${quoted(v.name)} {\n  type = ${v.type}\n}\n\n`).join('')
  return head + block('job', labelOf(schemaOf('Job'), job), structBody(schemaOf('Job'), job)) + '\n'
}

export function schemaOf(name: string): StructSchema {
  const schema = structs[name]
  if (!schema) throw new Error(`nomad/spec has no struct ${name}`)
  return schema
}

const orders = new Map<StructSchema, readonly FieldSchema[]>()

/** The schema's order, but for a job's groups and a group's tasks, which people look for at the end. */
function inReadingOrder(schema: StructSchema): readonly FieldSchema[] {
  const last = schema.name === 'Job' ? 'group' : schema.name === 'TaskGroup' ? 'task' : undefined
  if (last === undefined) return schema.fields
  let order = orders.get(schema)
  if (!order) {
    order = [...schema.fields.filter((f) => f.hcl !== last), ...schema.fields.filter((f) => f.hcl === last)]
    orders.set(schema, order)
  }
  return order
}

function structBody(schema: StructSchema, data: ValueObject): Body {
  const body: Body = { lines: [], long: [], blocks: [] }
  const known = new Set<string>()
  for (const field of inReadingOrder(schema)) {
    known.add(field.hcl)
    const value = data[field.hcl]
    if (value !== undefined && value !== null) writeField(body, field, value)
  }
  for (const [key, value] of Object.entries(data)) if (!known.has(key)) writeFree(body, key, value)
  return body
}

function writeField(body: Body, field: FieldSchema, value: Value): void {
  switch (field.form) {
    case 'label':
      return
    case 'attribute':
      return writeAttribute(body, field.hcl, value)
    case 'map':
      return writeMap(body, field.hcl, value)
    case 'free':
      return isObject(value)
        ? void body.blocks.push(freeBlock(field.hcl, value))
        : writeAttribute(body, field.hcl, value)
    default: {
      const schema = schemaOf(field.ref ?? '')
      for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
        if (!isObject(item)) {
          writeAttribute(body, field.hcl, item)
        } else if (field.form === 'scaling') {
          const { type, ...rest } = item
          body.blocks.push(block('scaling', type === 'vertical_mem' ? 'mem' : 'cpu', structBody(schema, rest)))
        } else {
          body.blocks.push(block(field.hcl, labelOf(schema, item), structBody(schema, item)))
        }
      }
    }
  }
}

function writeMap(body: Body, name: string, value: Value): void {
  if (!isObject(value)) return writeAttribute(body, name, value)
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  if (keys.length === 0) return
  const sorted = Object.fromEntries(keys.map((key) => [key, value[key]]))
  if (!keys.every((key) => identifier.test(key))) return writeAttribute(body, name, sorted)
  const inner: Body = { lines: [], long: [], blocks: [] }
  for (const key of keys) writeAttribute(inner, key, value[key])
  body.blocks.push(block(name, undefined, inner))
}

/** Arrays of objects are repeated blocks (for Nomad the same as a list of objects), all else is an attribute. */
function writeFree(body: Body, key: string, value: Value): void {
  if (value === undefined) return
  const items = Array.isArray(value) ? (value as readonly Value[]) : []
  if (items.length > 0 && identifier.test(key) && items.every((item) => isObject(item) && hasBlockKeys(item))) {
    for (const item of items) body.blocks.push(freeBlock(key, item as ValueObject))
  } else {
    writeAttribute(body, key, value)
  }
}

function hasBlockKeys(value: ValueObject): boolean {
  return Object.keys(value).every((key) => identifier.test(key))
}

function freeBlock(name: string, value: ValueObject): string {
  const inner: Body = { lines: [], long: [], blocks: [] }
  for (const [key, item] of Object.entries(value)) writeFree(inner, key, item)
  return block(name, undefined, inner)
}

function writeAttribute(body: Body, name: string, value: Value): void {
  if (value === undefined) return
  const text = literal(value)
  if (text.includes('\n')) body.long.push(`${name} = ${text}`)
  else body.lines.push([name, text])
}

/** Heredocs are for attributes of blocks only: in a list or an object the text is quoted. */
function literal(value: Value, allow = { heredoc: true }): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Expression) return value.source
  if (typeof value === 'string' || value instanceof Text) return stringLiteral(value, allow)
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return listLiteral(value as readonly Value[])
  return objectLiteral(value as ValueObject)
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is not a number that a job can hold`)
  return Number.isInteger(value) ? BigInt(value).toString() : String(value)
}

function listLiteral(items: readonly Value[]): string {
  const texts = items.map((item) => literal(item, { heredoc: false }))
  const line = `[${texts.join(', ')}]`
  if (line.length <= 100 && !line.includes('\n')) return line
  return `[\n${texts.map((text) => indent(`${text},`)).join('\n')}\n]`
}

function objectLiteral(value: ValueObject): string {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  const keys = entries.map(([key]) => (identifier.test(key) ? key : quoted(key)))
  const texts = entries.map(([, item]) => literal(item, { heredoc: false }))
  return `{\n${indent(align(keys.map((key, i) => [key, texts[i] ?? ''])))}\n}`
}

function align(lines: readonly (readonly [string, string])[]): string {
  const out: string[] = []
  let run: (readonly [string, string])[] = []
  const flush = () => {
    const width = Math.max(0, ...run.map(([name]) => [...name].length))
    for (const [name, value] of run) out.push(`${name}${' '.repeat(width - [...name].length)} = ${value}`)
    run = []
  }
  for (const line of lines) {
    if (line[1].includes('\n')) {
      flush()
      out.push(`${line[0]} = ${line[1]}`)
    } else {
      run.push(line)
    }
  }
  flush()
  return out.join('\n')
}

function block(name: string, label: string | undefined, body: Body): string {
  const parts = [align(body.lines), ...body.long, ...body.blocks].filter((part) => part !== '')
  const head = label === undefined ? name : `${name} ${quoted(label)}`
  return parts.length === 0 ? `${head} {}` : `${head} {\n${indent(parts.join('\n\n'))}\n}`
}

function labelOf(schema: StructSchema, data: ValueObject): string | undefined {
  const label = schema.label === undefined ? undefined : data[schema.label]
  return typeof label === 'string' ? label : schema.label === undefined ? undefined : ''
}

/** Indents lines by two spaces, but for what lies inside a heredoc. */
function indent(text: string): string {
  let end: string | undefined
  const lines = text.split('\n').map((line) => {
    if (end !== undefined) {
      if (line === end) end = undefined
      return line
    }
    end = /<<(EOT\d*)$/.exec(line)?.[1]
    return line === '' ? line : `  ${line}`
  })
  return lines.join('\n')
}
