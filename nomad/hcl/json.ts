import { lookup } from '../spec/lookup'
import type { FieldSchema, StructSchema } from '../spec/schema'
import { parseDuration } from './duration'
import { isRepeatedBlock } from './writer'
import { Expression, isObject, Text, type Value, type ValueObject } from './expression'

/** A value of the API's JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

/**
 * A job's spec as the API's job JSON (`{"ID": ..., "TaskGroups": [...]}`), with what Nomad's own parser adds: durations
 * as integer nanoseconds, static and dynamic ports apart, the default identity, a template's defaults.
 * @throws Error where the spec holds what only Terraform knows
 */
export function renderJson(job: ValueObject): JsonObject {
  const out = struct(lookup('Job').schema, job)
  out.Name ??= out.ID ?? null
  for (const group of objects(out.TaskGroups)) {
    if (isJsonObject(group.Scaling)) group.Scaling.Type ??= 'horizontal'
    // the nearest counts
    passOn(find(job.group, group.Name), group)
    passOn(job, group)
  }
  return out
}

function struct(schema: StructSchema, data: ValueObject): JsonObject {
  const out: JsonObject = {}
  for (const field of schema.fields) {
    const value = data[field.hcl]
    if (value === undefined || value === null || field.json === '') continue
    out[field.json] = fieldValue(field, value)
  }
  afterwards[schema.name]?.(out)
  return out
}

function fieldValue(field: FieldSchema, value: Value): Json {
  if (field.form === 'attribute' || field.form === 'label') return scalar(field.type ?? 'any', value)
  if (field.form === 'map' || field.form === 'free') {
    if (!isObject(value)) throw unknown(field.hcl)
    if (field.form === 'free') return freeBody(value)
    const type = field.type ?? 'any'
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, scalar(type, item)]),
    )
  }
  const schema = lookup(field.ref ?? '').schema
  const items = (Array.isArray(value) ? (value as readonly Value[]) : [value]).map((item) => {
    if (!isObject(item)) throw unknown(field.hcl)
    return { item, json: struct(schema, item) }
  })
  if (field.form === 'block') return items[0]?.json ?? {}
  if (field.form === 'labelled')
    return Object.fromEntries(items.map(({ item, json }) => [String(item[schema.label ?? '']), json]))
  return items.map(({ json }) => json)
}

/**
 * A block whose keys Nomad doesn't know. Its parser takes blocks for lists of objects, and an object that is an
 * attribute of a block for a list of one; what lies inside such an object stays as it is.
 */
function freeBody(data: ValueObject): JsonObject {
  const out: JsonObject = {}
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue
    if (isRepeatedBlock(key, value)) out[key] = value.map(freeBody)
    else out[key] = isObject(value) ? [scalar('any', value)] : scalar('any', value)
  }
  return out
}

function scalar(type: string, value: Value): Json {
  if (value instanceof Expression || value instanceof Text) throw unknown(type)
  if (value === null || value === undefined) return null
  if (type === 'duration') {
    if (typeof value === 'number') return value
    const nanoseconds = parseDuration(String(value))
    if (nanoseconds === undefined) throw new Error(`'${String(value)}' is not a duration such as '30s' or '1h30m'`)
    return nanoseconds
  }
  if (typeof value !== 'object') return type === 'string' ? String(value) : value
  const inner = /^(?:list|map)\((.*)\)$/.exec(type)?.[1] ?? 'any'
  if (Array.isArray(value)) return (value as readonly Value[]).map((item) => scalar(inner, item))
  return Object.fromEntries(
    Object.entries(value as ValueObject)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, scalar(inner, item)]),
  )
}

/** What Nomad's parser does to a struct once it is read (jobspec2/parse_job.go). */
const afterwards: Readonly<Record<string, (out: JsonObject) => void>> = {
  Constraint: (out) => void (out.Operand ||= '='),
  Affinity: (out) => void (out.Operand ||= '='),
  PeriodicConfig: (out) => {
    if (out.Spec !== undefined || out.Specs !== undefined) out.SpecType = 'cron'
  },
  TaskGroup: (out) => objects(out.Networks).forEach(splitPorts),
  Task: (out) => {
    if (isJsonObject(out.Resources)) objects(out.Resources.Networks).forEach(splitPorts)
    const identities = objects(out.Identities)
    const first = identities.find((identity) => (identity.Name ?? '') === '' || identity.Name === 'default')
    if (!first) return
    out.Identity = first
    out.Identities = identities.filter((identity) => identity !== first)
  },
  Template: (out) => {
    out.ChangeMode ??= 'restart'
    out.Perms ??= '0644'
    out.Splay ??= 5e9
    out.ErrMissingKey ??= false
  },
  ChangeScript: (out) => {
    out.Args ??= []
    out.Timeout ??= 5e9
    out.FailOnError ??= false
  },
  Vault: (out) => {
    out.Env ??= true
    out.DisableFile ??= false
    out.ChangeMode ??= 'restart'
  },
}

/** Static ports and the others. The parser doesn't look into the networks of a sidecar's task. */
function splitPorts(network: JsonObject): void {
  const ports = objects(network.DynamicPorts)
  const fixed = ports.filter((port) => Number(port.Value ?? 0) > 0)
  if (ports.length === 0) return
  if (fixed.length === ports.length) delete network.DynamicPorts
  else network.DynamicPorts = ports.filter((port) => !fixed.includes(port))
  if (fixed.length > 0) network.ReservedPorts = fixed
  else delete network.ReservedPorts
}

/** The job's and the group's `vault` and `secret` are defaults for their tasks. */
function passOn(source: ValueObject | undefined, group: JsonObject): void {
  for (const task of objects(group.Tasks)) {
    if (isObject(source?.vault)) task.Vault ??= struct(lookup('Vault').schema, source.vault)
    if (!Array.isArray(source?.secret)) continue
    const secrets = (source.secret as readonly Value[]).filter(isObject).map((s) => struct(lookup('Secret').schema, s))
    task.Secrets = [...objects(task.Secrets), ...secrets]
  }
}

function find(groups: Value, name: Json | undefined): ValueObject | undefined {
  return (Array.isArray(groups) ? (groups as readonly Value[]) : []).filter(isObject).find((g) => g.name === name)
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknown(what: string): Error {
  return new Error(`the job's JSON needs every value, and '${what}' has one that only Terraform knows`)
}
