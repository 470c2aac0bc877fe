import { isObject, type Value, type ValueObject } from '../hcl/expression'
import { isIdentifier } from '../hcl/writer'
import { type FieldLookup, lookup, type StructLookup } from '../spec/lookup'
import { isBefore, newestVersion } from '../version'
import { error, type JobContext, oncePerJob, type Rule } from './rule'

interface Seen {
  readonly path: string
  readonly struct: StructLookup
  readonly field: FieldLookup
  readonly key: string
}

/** What one walk through the whole spec tells, once for everything that needs it. */
interface Survey {
  /** Names of all blocks and attributes that are set. */
  readonly names: ReadonlySet<string>
  /** What not every version of Nomad has. */
  readonly newer: readonly Seen[]
  /** Keys that HCL has no way to write where they stand. */
  readonly unwritable: readonly Seen[]
}

export const surveyOf = oncePerJob((job: JobContext): Survey => {
  const survey = { names: new Set<string>(), newer: [], unwritable: [] }
  walk(survey, lookup('Job'), job.spec as unknown as ValueObject, job.path)
  return survey
})

interface Growing {
  readonly names: Set<string>
  readonly newer: Seen[]
  readonly unwritable: Seen[]
}

function walk(survey: Growing, struct: StructLookup, data: ValueObject, path: string): void {
  for (const key in data) {
    const value = data[key]
    if (value === undefined || value === null) continue
    const field = struct.fields.get(key)
    if (!field) continue
    survey.names.add(key)
    if (field.since !== undefined) survey.newer.push({ path, struct, field, key })
    if (field.form === 'map' || field.form === 'free') checkKeys(survey, struct, field, value, path)
    if (!field.holds) continue
    const named = key === 'group' || key === 'task'
    if (Array.isArray(value)) {
      for (const item of value as readonly Value[]) {
        if (isObject(item)) walk(survey, field.holds, item, named ? `${path}/${String(item.name)}` : path)
      }
    } else if (isObject(value)) {
      walk(survey, field.holds, value, path)
    }
  }
}

/** A block's keys are identifiers; only what may stand as an attribute too takes any text. */
function checkKeys(survey: Growing, struct: StructLookup, field: FieldLookup, value: Value, path: string): void {
  if (field.anyKey || !isObject(value)) return
  for (const key in value) {
    if (value[key] !== undefined && !isIdentifier(key)) survey.unwritable.push({ path, struct, field, key })
  }
}

export const surveyRules: readonly Rule[] = [
  error('nomad-version', (job, report) => {
    const { newer } = surveyOf(job)
    if (newer.length === 0) return
    const version = job.version ?? newestVersion
    for (const { path, struct, field } of newer) {
      const since = field.since ?? version
      if (!isBefore(version, since)) continue
      const blind = isBefore(newestVersion, since)
      report({
        path,
        problem: `Nomad ${version} has no '${field.hcl}' in its ${struct.schema.name}`,
        given: field.hcl,
        allowed: `from Nomad ${since} on`,
        do: blind ? 'leave it out' : `leave it out, or say what the cluster runs: Fleet.of(app).runs('${since}')`,
      })
    }
  }),
  error('unwritable-key', (job, report) => {
    for (const { path, struct, field, key } of surveyOf(job).unwritable) {
      report({
        path,
        problem: `'${field.hcl}' of Nomad's ${struct.schema.name} is a block, and HCL takes no such name in one`,
        given: `'${key}'`,
        allowed: 'letters, digits, - and _, with a letter first',
        do: 'give it another name',
      })
    }
  }),
]
