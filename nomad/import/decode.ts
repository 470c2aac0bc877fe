import { Duration } from '../units'
import { parseDuration } from '../hcl/duration'
import { type FieldSchema, type FreeValue, type JobSpec, structs, type StructSchema } from '../spec'
import type { Block } from './scan'
import type { Source } from './source'

/** A piece of a spec: plain data by Nomad's HCL names. */
export type SpecObject = { [key: string]: FreeValue | undefined }
type JsonObject = Readonly<Record<string, unknown>>

/**
 * The spec of a job as Nomad's parser has read it. What the parser itself fills in is left out: attributes that the file
 * doesn't set.
 */
export function decodeJob(job: JsonObject, source: Source): JobSpec {
  return decode(structOf('Job'), job, 'job', source.job, source) as unknown as JobSpec
}

/** These the parser makes of other attributes (`regexp = "..."`): they are kept wherever they hold something. */
const sugar: Readonly<Record<string, readonly string[]>> = {
  Constraint: ['attribute', 'value', 'operator'],
  Affinity: ['attribute', 'value', 'operator'],
}

function decode(schema: StructSchema, json: JsonObject, type: string, block: Block | undefined, source: Source) {
  const out: SpecObject = {}
  source.place(out, block)
  for (const field of schema.fields) {
    const value = field.json === '' ? undefined : json[field.json]
    if (value === undefined || value === null) continue
    const decoded = decodeField(schema, field, value, type, block, source)
    if (decoded !== undefined) out[field.hcl] = decoded
  }
  afterwards[schema.name]?.(out, json, block, source)
  return out
}

function decodeField(
  schema: StructSchema,
  field: FieldSchema,
  value: unknown,
  type: string,
  block: Block | undefined,
  source: Source,
): FreeValue | undefined {
  switch (field.form) {
    case 'label':
      return String(value)
    case 'attribute': {
      const sweet = sugar[schema.name]?.includes(field.hcl) && value !== '' && value !== '='
      if (!sweet && !source.has(block, type, field.hcl)) return undefined
      return plain(field.type ?? 'any', value)
    }
    case 'map':
      return isEmpty(value) ? undefined : plain('any', value)
    case 'free':
      return plain('any', value)
    case 'block': {
      if (!isObject(value) || (field.hcl !== 'vault' && !source.hasBlock(block, type, field.hcl))) return undefined
      const [place] = source.children(block, field.hcl, [undefined])
      return decode(structOf(field.ref), value, field.hcl, place, source)
    }
    default:
      return decodeList(field, value, block, source)
  }
}

function decodeList(field: FieldSchema, value: unknown, block: Block | undefined, source: Source) {
  const schema = structOf(field.ref)
  const items: JsonObject[] = Array.isArray(value)
    ? value.filter(isObject)
    : isObject(value)
      ? Object.entries(value).flatMap(([label, item]) => (isObject(item) ? [{ ...item, [nameOf(schema)]: label }] : []))
      : []
  const labels = items.map((item) => {
    const label = schema.label === undefined ? undefined : item[nameOf(schema)]
    return typeof label === 'string' ? label : undefined
  })
  const places = source.children(block, field.hcl, field.form === 'scaling' ? labels.map(() => undefined) : labels)
  const specs = items.map((item, i) => decode(schema, item, field.hcl, places[i], source))
  if (field.form === 'scaling') specs.forEach((spec, i) => (spec.type = String(items[i]?.Type)))
  return specs.length > 0 ? specs : undefined
}

function nameOf(schema: StructSchema): string {
  return schema.fields.find((field) => field.hcl === schema.label)?.json ?? ''
}

/** What Nomad's parser does by hand, the other way round. */
const afterwards: Readonly<
  Record<string, (out: SpecObject, json: JsonObject, block: Block | undefined, source: Source) => void>
> = {
  NetworkResource: (out, json, block, source) => {
    const all = [json.ReservedPorts, json.DynamicPorts].flatMap((list) =>
      Array.isArray(list) ? list.filter(isObject) : [],
    )
    const order = block?.blocks.filter((b) => b.type === 'port').map((b) => b.labels[0]) ?? []
    all.sort((a, b) => order.indexOf(String(a.Label)) - order.indexOf(String(b.Label)))
    const places = source.children(
      block,
      'port',
      all.map((port) => String(port.Label)),
    )
    const ports = all.map((port, i) => decode(structOf('Port'), port, 'port', places[i], source))
    delete out.reserved_ports
    delete out.port
    if (ports.length > 0) out.port = ports
  },
  Task: (out, json, block, source) => {
    if (!isObject(json.Identity) || !source.hasBlock(block, 'task', 'identity')) return
    const others = objects(out.identity)
    const all = source.children(block, 'identity', [undefined, ...others.map(() => undefined)])
    const own = all.find((b) => b && !b.attributes.some((a) => a.name === 'name' && !/"default"/.test(a.source)))
    out.identity = [decode(structOf('WorkloadIdentity'), json.Identity, 'identity', own, source), ...others]
  },
  Spread: (out) => {
    if (isEmpty(out.target)) delete out.target
  },
}

function plain(type: string, value: unknown): FreeValue {
  if (type === 'duration' && typeof value === 'number') return durationText(value)
  if (Array.isArray(value)) return value.map((item) => plain('any', item))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain('any', v)]))
  return value as FreeValue
}

/** Nanoseconds as a jobspec writes them. */
export function durationText(nanoseconds: number): string {
  if (nanoseconds < 0) return `-${durationText(-nanoseconds)}`
  const text = Duration.milliseconds(nanoseconds / 1e6).toString()
  return parseDuration(text) === nanoseconds ? text : `${nanoseconds}ns`
}

function structOf(name: string | undefined): StructSchema {
  const schema = structs[name ?? '']
  if (!schema) throw new Error(`nomad/spec has no struct ${name}`)
  return schema
}

function objects(value: FreeValue | undefined): SpecObject[] {
  return Array.isArray(value) ? value.filter((item): item is SpecObject => isObject(item)) : []
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
