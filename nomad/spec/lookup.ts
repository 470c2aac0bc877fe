import { structs } from './generated/schema'
import type { FieldSchema, StructSchema } from './schema'

/** A field with the struct that it refers to, so that nobody looks that up again. */
export interface FieldLookup extends FieldSchema {
  readonly holds?: StructLookup
  /** Where it stands among the struct's fields as people read them: a job's groups and a group's tasks are last. */
  readonly place: number
}

/** A {@link StructSchema} made ready for walking a spec. */
export interface StructLookup {
  readonly schema: StructSchema
  /** By HCL name. */
  readonly fields: ReadonlyMap<string, FieldLookup>
}

/** Its fields are made when they are asked for: a job has few of Nomad's many structs. */
class Struct implements StructLookup {
  private made: ReadonlyMap<string, FieldLookup> | undefined

  constructor(readonly schema: StructSchema) {}

  get fields(): ReadonlyMap<string, FieldLookup> {
    return (this.made ??= fieldsOf(this.schema))
  }
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
  const struct = new Struct(schema)
  made.set(name, struct)
  return struct
}

function fieldsOf(schema: StructSchema): ReadonlyMap<string, FieldLookup> {
  const fields = new Map<string, FieldLookup>()
  const last = schema.name === 'Job' ? 'group' : schema.name === 'TaskGroup' ? 'task' : undefined
  for (const [i, field] of schema.fields.entries()) {
    const { hcl, json, form, type, ref, required, since, extra, anyKey } = field
    const holds = ref === undefined ? undefined : lookup(ref)
    // all of one shape, however the generated literal is written: the walks are hot
    const place = hcl === last ? schema.fields.length : i
    fields.set(hcl, { hcl, json, form, type, ref, required, since, extra, anyKey, holds, place })
  }
  return fields
}
