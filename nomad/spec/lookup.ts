import { structs } from './generated/schema'
import type { FieldSchema, StructSchema } from './schema'

/** A field with the struct that it refers to, so that nobody looks that up again. */
export interface FieldLookup extends FieldSchema {
  readonly holds?: StructLookup
}

/** A {@link StructSchema} made ready for walking a spec. */
export interface StructLookup {
  readonly schema: StructSchema
  /** By HCL name. */
  readonly fields: ReadonlyMap<string, FieldLookup>
  /** Without the label, as people read: a job's groups and a group's tasks last. */
  readonly inReadingOrder: readonly FieldLookup[]
}

const made = new Map<string, StructLookup>()

/**
 * The schema of a struct (`Job`, `TaskGroup`, ...), ready for walking.
 * @throws Error where there is no such struct
 */
export function lookup(name: string): StructLookup {
  const known = made.get(name)
  if (known) return known
  const schema = structs[name]
  if (!schema) throw new Error(`nomad/spec has no struct ${name}`)
  const fields = new Map<string, FieldLookup>()
  const inReadingOrder: FieldLookup[] = []
  const entry: StructLookup = { schema, fields, inReadingOrder }
  made.set(name, entry)
  const last = name === 'Job' ? 'group' : name === 'TaskGroup' ? 'task' : undefined
  for (const field of schema.fields) {
    const { hcl, json, form, type, ref, required, since, extra } = field
    const holds = ref === undefined ? undefined : lookup(ref)
    // all of one shape, however the generated literal is written: the walks are hot
    fields.set(hcl, { hcl, json, form, type, ref, required, since, extra, holds })
  }
  const all = [...fields.values()].filter((field) => field.form !== 'label')
  inReadingOrder.push(...all.filter((field) => field.hcl !== last), ...all.filter((field) => field.hcl === last))
  return entry
}
