import { isBefore, newestVersion } from '../version'
import { error, type Rule } from './rule'
import { surveyOf } from './survey'
import { valueRules } from './values'

/** What one walk through the spec tells. */
export const schemaRules: readonly Rule[] = [
  ...valueRules.map((name) =>
    error(name, (job, report) => {
      for (const finding of surveyOf(job).found[name]) report(finding)
    }),
  ),
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
