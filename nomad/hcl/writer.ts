import { type FieldLookup, lookup, type StructLookup } from '../spec/lookup'
import { Expression, isObject, Text, type Value, type ValueObject, type Variable } from './expression'
import { quoted, stringLiteral } from './strings'

/** A name that people read as one; HCL takes letters of any language. */
const identifier = /^[A-Za-z_][A-Za-z0-9_-]*$/
const anyIdentifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u

/** Whether HCL takes a text as the name of an attribute or a block. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name) || anyIdentifier.test(name)
}

/** A block's body while it is written: attributes on one line, attributes on several, then blocks. */
interface Body {
  /** What each line begins with. */
  readonly pad: string
  readonly names: string[]
  readonly values: string[]
  /** Each with an empty line before it, but for the first. */
  long: string
  blocks: string
}

/**
 * A job's spec (plain data, Nomad's HCL names) as canonical HCL2, as `nomad fmt` leaves it.
 * Keys that the schema does not know are written after those that it knows.
 * @throws UnwritableText for strings that HCL can't carry
 */
export function renderHcl(job: ValueObject, variables: readonly Variable[] = []): string {
  let head = ''
  for (const v of variables) head += `variable ${quoted(v.name)} {\n  type = ${v.type}\n}\n\n`
  const text = `${head}${structBlock('job', lookup('Job'), job, '')}\n`
  // asking for a character makes the engine join the pieces, and lets go of them
  return text.charCodeAt(0) > 0 ? text : ''
}

/** Text with more after it, and an empty line between. */
function follow(text: string, more: string): string {
  return text === '' ? `${more}\n` : `${text}\n${more}\n`
}

function newBody(pad: string): Body {
  return { pad, names: [], values: [], long: '', blocks: '' }
}

/** A block of a struct, label and all. */
function structBlock(
  name: string,
  struct: StructLookup,
  data: ValueObject,
  pad: string,
  label = labelOf(struct, data),
) {
  const body = newBody(pad + '  ')
  // few of a struct's many fields are set: look at those, in the struct's order
  const present: FieldLookup[] = []
  let unknown = false
  for (const key in data) {
    const value = data[key]
    if (value === undefined) continue
    const field = struct.fields.get(key)
    if (!field) unknown = true
    else if (value !== null) insert(present, field)
  }
  for (const field of present) writeField(body, field, data[field.hcl])
  if (unknown) for (const key in data) if (!struct.fields.has(key)) writeFree(body, key, data[key])
  return block(name, label, body, pad)
}

function insert(fields: FieldLookup[], field: FieldLookup): void {
  let i = fields.length
  while (i > 0 && (fields[i - 1]?.place ?? 0) > field.place) i--
  if (i === fields.length) fields.push(field)
  else fields.splice(i, 0, field)
}

function writeField(body: Body, field: FieldLookup, value: Value): void {
  switch (field.form) {
    case 'label':
      return
    case 'attribute':
      return writeAttribute(body, field.hcl, value)
    case 'map':
      return writeMap(body, field, value)
    case 'free':
      if (isObject(value)) body.blocks = follow(body.blocks, freeBlock(field.hcl, value, body.pad))
      else writeAttribute(body, field.hcl, value)
      return
    default:
      if (Array.isArray(value)) for (const item of value as readonly Value[]) writeStruct(body, field, item)
      else writeStruct(body, field, value)
  }
}

function writeStruct(body: Body, field: FieldLookup, item: Value): void {
  if (!isObject(item) || field.holds === undefined) return writeAttribute(body, field.hcl, item)
  if (field.form !== 'scaling') {
    body.blocks = follow(body.blocks, structBlock(field.hcl, field.holds, item, body.pad))
    return
  }
  const { type, ...rest } = item
  const label = type === 'vertical_mem' ? 'mem' : 'cpu'
  body.blocks = follow(body.blocks, structBlock('scaling', field.holds, rest, body.pad, label))
}

function writeMap(body: Body, field: FieldLookup, value: Value): void {
  if (!isObject(value)) return writeAttribute(body, field.hcl, value)
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  if (keys.length === 0) return
  if (field.anyKey && !keys.every((key) => identifier.test(key))) {
    return writeAttribute(body, field.hcl, Object.fromEntries(keys.map((key) => [key, value[key]])))
  }
  const inner = newBody(body.pad + '  ')
  for (const key of keys) writeAttribute(inner, key, value[key])
  body.blocks = follow(body.blocks, block(field.hcl, undefined, inner, body.pad))
}

function writeFree(body: Body, key: string, value: Value): void {
  if (value === undefined) return
  if (isRepeatedBlock(key, value)) {
    for (const item of value) body.blocks = follow(body.blocks, freeBlock(key, item, body.pad))
  } else {
    writeAttribute(body, key, value)
  }
}

/** Arrays of objects are repeated blocks (for Nomad the same as a list of objects), all else is an attribute. */
export function isRepeatedBlock(key: string, value: Value): value is readonly ValueObject[] {
  return Array.isArray(value) && value.length > 0 && isIdentifier(key) && value.every(isFreeBlock)
}

function isFreeBlock(value: Value): boolean {
  if (!isObject(value)) return false
  for (const key in value) if (!isIdentifier(key)) return false
  return true
}

function freeBlock(name: string, value: ValueObject, pad: string): string {
  const inner = newBody(pad + '  ')
  for (const key in value) writeFree(inner, key, value[key])
  return block(name, undefined, inner, pad)
}

function writeAttribute(body: Body, name: string, value: Value): void {
  if (value === undefined) return
  const text = literal(value, body.pad, true)
  if (typeof value !== 'boolean' && typeof value !== 'number' && text.includes('\n')) {
    body.long = follow(body.long, `${body.pad}${name} = ${text}`)
  } else {
    body.names.push(name)
    body.values.push(text)
  }
}

/** Heredocs are for attributes of blocks only: in a list or an object the text is quoted. */
function literal(value: Value, pad: string, heredoc: boolean): string {
  if (typeof value === 'string') return stringLiteral(value, heredoc)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Expression) return value.source
  if (value instanceof Text) return stringLiteral(value, heredoc)
  if (Array.isArray(value)) return listLiteral(value as readonly Value[], pad)
  return objectLiteral(value as ValueObject, pad)
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is not a number that a job can hold`)
  return Number.isSafeInteger(value) || !Number.isInteger(value) ? String(value) : BigInt(value).toString()
}

function listLiteral(items: readonly Value[], pad: string): string {
  const inner = pad + '  '
  const texts = items.map((item) => literal(item, inner, false))
  const line = `[${texts.join(', ')}]`
  if (line.length <= 100 && !line.includes('\n')) return line
  let out = '[\n'
  for (const text of texts) out += `${inner}${text},\n`
  return `${out}${pad}]`
}

function objectLiteral(value: ValueObject, pad: string): string {
  const inner = newBody(pad + '  ')
  let out = '{\n'
  for (const key in value) {
    const item = value[key]
    if (item === undefined) continue
    const name = identifier.test(key) ? key : quoted(key)
    const text = literal(item, inner.pad, false)
    if (text.includes('\n')) {
      // what is on several lines ends a run of aligned lines
      out += aligned(inner) + `${inner.pad}${name} = ${text}\n`
      inner.names.length = inner.values.length = 0
    } else {
      inner.names.push(name)
      inner.values.push(text)
    }
  }
  out += aligned(inner)
  return out === '{\n' ? '{}' : `${out}${pad}}`
}

/** The attributes on one line each, aligned. */
function aligned(body: Body): string {
  const { pad, names, values } = body
  if (names.length === 0) return ''
  let width = 0
  for (const name of names) width = Math.max(width, columns(name))
  let out = ''
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? ''
    const gap = width - columns(name)
    out += gap === 0 ? `${pad}${name} = ${values[i]}\n` : `${pad}${name}${' '.repeat(gap)} = ${values[i]}\n`
  }
  return out
}

/** A quoted key may hold characters outside the basic plane, which are two units each. */
function columns(name: string): number {
  return name.startsWith('"') ? [...name].length : name.length
}

function block(name: string, label: string | undefined, body: Body, pad: string): string {
  const head = label === undefined ? `${pad}${name}` : `${pad}${name} ${quoted(label)}`
  let out = aligned(body)
  if (body.long !== '') out += out === '' ? body.long : `\n${body.long}`
  if (body.blocks !== '') out += out === '' ? body.blocks : `\n${body.blocks}`
  return out === '' ? `${head} {}` : `${head} {\n${out}${pad}}`
}

function labelOf(struct: StructLookup, data: ValueObject): string | undefined {
  if (struct.schema.label === undefined) return undefined
  const label = data[struct.schema.label]
  return typeof label === 'string' ? label : ''
}
