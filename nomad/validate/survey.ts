import type { Finding } from '../errors'
import { isObject, type Value, type ValueObject } from '../hcl/expression'
import { isIdentifier } from '../hcl/writer'
import { type FieldLookup, lookup, type StructLookup } from '../spec/lookup'
import { choices, positiveDurations, ranges } from './allowed'
import { type JobContext, oncePerJob } from './rule'
import { checkType, checkValue, type FoundByRule, type KnownField } from './values'

/** A place in the spec. */
export interface Seen {
  readonly path: string
  readonly struct: StructLookup
  readonly field: FieldLookup
  readonly key: string
}

/** What one walk through the whole spec tells, once for everything that needs it. */
interface Survey {
  /** Names of all blocks and attributes that are set, and of the keys of drivers' configs. */
  readonly names: ReadonlySet<string>
  /** What not every version of Nomad has. */
  readonly newer: readonly Seen[]
  /** Keys that HCL has no way to write where they stand. */
  readonly unwritable: readonly Seen[]
  /** What the schema alone tells: keys that Nomad doesn't know, values it doesn't take, texts that no job can carry. */
  readonly found: Readonly<FoundByRule>
}

export const surveyOf = oncePerJob((job: JobContext): Survey => {
  const survey: Growing = {
    names: new Set(),
    newer: [],
    unwritable: [],
    found: {
      'unknown-key': [],
      'value-type': [],
      'unknown-choice': [],
      'out-of-range': [],
      'negative-duration': [],
      'unwritable-text': [],
    },
  }
  walk(survey, known(lookup('Job')), job.spec as unknown as ValueObject, job.path, true)
  return survey
})

interface Growing {
  readonly names: Set<string>
  readonly newer: Seen[]
  readonly unwritable: Seen[]
  readonly found: FoundByRule
}

interface SurveyedField extends KnownField {
  readonly name: string
  readonly holds: KnownStruct | undefined
}

/** Names that are not the HCL name alone: where that says something else elsewhere. */
const ownNames: Readonly<Record<string, string>> = { 'Resources.network': 'resources.network' }

/** What Nomad takes in a struct, made when it is asked for. */
class KnownStruct {
  private made: ReadonlyMap<string, SurveyedField> | undefined

  constructor(readonly struct: StructLookup) {}

  get fields(): ReadonlyMap<string, SurveyedField> {
    return (this.made ??= fieldsOf(this.struct))
  }
}

const structs = new Map<StructLookup, KnownStruct>()

function known(struct: StructLookup): KnownStruct {
  let made = structs.get(struct)
  if (!made) structs.set(struct, (made = new KnownStruct(struct)))
  return made
}

function fieldsOf(struct: StructLookup): ReadonlyMap<string, SurveyedField> {
  const fields = new Map<string, SurveyedField>()
  for (const [key, field] of struct.fields) {
    const name = `${struct.schema.name}.${key}`
    const choice = choices[name]
    fields.set(key, {
      field,
      name: ownNames[name] ?? key,
      choice: choice && new Set(choice),
      range: ranges[name],
      positive: positiveDurations.has(name),
      holds: field.holds && known(field.holds),
    })
  }
  return fields
}

/** @param trusted whether the block is one: what has another type is told once, and only its names are taken */
function walk(survey: Growing, { struct, fields }: KnownStruct, data: ValueObject, path: string, trusted: boolean) {
  for (const key in data) {
    const value = data[key]
    if (value === undefined || value === null) continue
    const about = fields.get(key)
    if (!about) {
      if (trusted) survey.found['unknown-key'].push(unknownKey(path, struct, key))
      continue
    }
    const { field, holds } = about
    survey.names.add(about.name)
    if (field.since !== undefined) survey.newer.push({ path, struct, field, key })
    if (!holds) {
      if (field.form === 'map') checkKeys(survey, struct, field, value, path)
      else if (field.form === 'free') readFree(survey, struct, field, value, path)
      if (trusted) checkValue(path, struct.schema.name, about, value, survey.found)
      continue
    }
    const isBlock = trusted && checkType(path, field, value, survey.found)
    const named = key === 'group' || key === 'task'
    if (Array.isArray(value)) {
      for (const item of value as readonly Value[]) {
        if (isObject(item)) walk(survey, holds, item, named ? `${path}/${String(item.name)}` : path, isBlock)
      }
    } else if (isObject(value)) {
      walk(survey, holds, value, path, isBlock)
    }
  }
}

function readFree(survey: Growing, struct: StructLookup, field: FieldLookup, value: Value, path: string): void {
  checkKeys(survey, struct, field, value, path)
  if (isObject(value)) for (const key in value) survey.names.add(key)
}

/** A block's keys are identifiers; only what may stand as an attribute too takes any text. */
function checkKeys(survey: Growing, struct: StructLookup, field: FieldLookup, value: Value, path: string): void {
  if (field.anyKey || !isObject(value)) return
  for (const key in value) {
    if (value[key] !== undefined && !isIdentifier(key)) survey.unwritable.push({ path, struct, field, key })
  }
}

function unknownKey(path: string, { schema }: StructLookup, key: string): Omit<Finding, 'rule' | 'level'> {
  const start = key.slice(0, 3)
  const all = schema.fields.map((field) => field.hcl)
  const near = all.filter((name) => name.startsWith(start))
  return {
    path,
    problem: `Nomad's ${schema.name} has nothing called '${key}'`,
    given: key,
    allowed: (near.length > 0 ? near : all).join(', '),
    do: 'correct the name (patches and raw attributes take the HCL names)',
  }
}
