import type { Finding } from '../errors'
import { artifactRules } from './artifacts'
import { batchRules } from './batch'
import { checkRules } from './checks'
import { configTextRules } from './config-text'
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
import { surveyOf } from './survey'
import { taskRules } from './tasks'
import { templateRules } from './templates'
import { updateRules } from './updates'
import { volumeRules } from './volumes'

export type { JobContext, Report, Rule } from './rule'

/** Rules that are about the same blocks: they are skipped for a job that has none of these. */
interface Family {
  /** Names of blocks and attributes, anywhere in the job. @default - every job has what it is about */
  readonly about?: readonly string[]
  readonly rules: readonly Rule[]
}

const families: readonly Family[] = [
  { rules: [...schemaRules, ...jobRules, ...nameRules] },
  { about: ['periodic', 'parameterized', 'dispatch_payload'], rules: batchRules },
  { rules: [...editionRules, ...lifecycleRules, ...taskRules, ...environmentRules] },
  { about: ['identity', 'vault', 'consul', 'secret'], rules: identityRules },
  { rules: [...portRules, ...referenceRules] },
  { about: ['network'], rules: networkRules },
  { about: ['volume', 'volume_mount', 'csi_plugin'], rules: volumeRules },
  { about: ['service'], rules: [...serviceRules, ...checkRules] },
  { about: ['connect', 'expose'], rules: connectRules },
  { about: ['template', 'kill_signal', 'change_signal'], rules: templateRules },
  { about: ['artifact'], rules: artifactRules },
  {
    about: ['update', 'migrate', 'restart', 'kill_timeout', 'shutdown_delay', 'interval'],
    rules: [...updateRules, ...deploymentRules],
  },
  { about: ['reschedule'], rules: rescheduleRules },
  { about: ['affinity', 'spread', 'constraint'], rules: [...placementRules, ...constraintRules] },
  { rules: [...resourceRules, ...dockerRules, ...driverRules, ...configTextRules] },
]

/** Every rule, by family. */
export const rules: readonly Rule[] = families.flatMap((family) => family.rules)

/** Everything that is wrong or doubtful with a job, at once: by our rules, and by more that hold for it. */
export function validate(job: JobContext, more: readonly Rule[] = []): Finding[] {
  const findings: Finding[] = []
  const { names } = surveyOf(job)
  let rule: Rule
  // one function for all rules: most jobs break none
  const report: Report = (finding) => findings.push({ rule: rule.name, level: rule.level, ...finding })
  for (rule of rulesFor(names)) {
    try {
      rule.check(job, report)
    } catch (cause) {
      // a rule reads what the types promise: it can't where a patch or a raw attribute broke them, which is reported
      if (!findings.some((finding) => finding.rule === 'value-type')) throw cause
    }
  }
  for (rule of more) if (concerns(rule, names)) rule.check(job, report)
  return findings
}

const chosen = new Map<string, readonly Rule[]>()

/** The rules that a job with these names needs. Jobs of one app are much alike, so the choice is kept. */
function rulesFor(names: ReadonlySet<string>): readonly Rule[] {
  let key = ''
  for (const name of names) key += `${name} `
  let some = chosen.get(key)
  if (!some) {
    some = families.flatMap((family) =>
      concerns(family, names) ? family.rules.filter((rule) => concerns(rule, names)) : [],
    )
    if (chosen.size >= 100) chosen.clear()
    chosen.set(key, some)
  }
  return some
}

/** Whether a job sets anything of what rules are about. */
function concerns({ about }: Pick<Rule, 'about'>, names: ReadonlySet<string>): boolean {
  if (!about) return true
  for (const name of about) if (names.has(name)) return true
  return false
}
