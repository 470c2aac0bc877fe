import type { Finding } from '../errors'
import { artifactRules } from './artifacts'
import { batchRules } from './batch'
import { checkRules } from './checks'
import { connectRules } from './connect'
import { constraintRules } from './constraints'
import { deploymentRules } from './deployments'
import { dockerRules } from './docker'
import { driverRules } from './drivers'
import { editionRules } from './editions'
import { environmentRules } from './environment'
import { identityRules } from './identities'
import { jobRules } from './jobs'
import { lifecycleRules } from './lifecycle'
import { nameRules } from './names'
import { networkRules } from './networks'
import { placementRules } from './placement'
import { portRules } from './ports'
import { referenceRules } from './references'
import { rescheduleRules } from './reschedule'
import { resourceRules } from './resources'
import type { JobContext, Report, Rule } from './rule'
import { schemaRules } from './schema'
import { serviceRules } from './services'
import { surveyRules } from './survey'
import { taskRules } from './tasks'
import { templateRules } from './templates'
import { updateRules } from './updates'
import { volumeRules } from './volumes'

export type { JobContext, Report, Rule } from './rule'

/** Every rule, by family. */
export const rules: readonly Rule[] = [
  ...schemaRules,
  ...surveyRules,
  ...jobRules,
  ...nameRules,
  ...batchRules,
  ...editionRules,
  ...lifecycleRules,
  ...taskRules,
  ...environmentRules,
  ...identityRules,
  ...portRules,
  ...networkRules,
  ...referenceRules,
  ...volumeRules,
  ...serviceRules,
  ...checkRules,
  ...connectRules,
  ...templateRules,
  ...artifactRules,
  ...updateRules,
  ...deploymentRules,
  ...rescheduleRules,
  ...placementRules,
  ...constraintRules,
  ...resourceRules,
  ...dockerRules,
  ...driverRules,
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
