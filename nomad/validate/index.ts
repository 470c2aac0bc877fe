import type { Finding } from '../errors'
import { dockerRules } from './docker'
import { jobRules } from './jobs'
import { placementRules } from './placement'
import { portRules } from './ports'
import { resourceRules } from './resources'
import type { JobContext, Report, Rule } from './rule'
import { schemaRules } from './schema'
import { serviceRules } from './services'
import { taskRules } from './tasks'
import { templateRules } from './templates'
import { updateRules } from './updates'
import { volumeRules } from './volumes'

export type { JobContext, Report, Rule } from './rule'

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  ...schemaRules,
  ...jobRules,
  ...taskRules,
  ...portRules,
  ...volumeRules,
  ...serviceRules,
  ...templateRules,
  ...updateRules,
  ...placementRules,
  ...resourceRules,
  ...dockerRules,
]

/** Everything that is wrong or doubtful with a job, at once: by our rules, and by more that hold for it. */
export function validate(job: JobContext, more: readonly Rule[] = []): Finding[] {
  const findings: Finding[] = []
  let rule: Rule
  // one function for all rules: most jobs break none
  const report: Report = (finding) => findings.push({ rule: rule.name, level: rule.level, ...finding })
  for (rule of rules) rule.check(job, report)
  for (rule of more) rule.check(job, report)
  return findings
}
