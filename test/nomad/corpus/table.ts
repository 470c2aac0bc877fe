import { type Rule, rules, validate } from '../../../nomad/validate'
import { corpus } from '.'
import type { BadJob } from './case'

/** What others say about a bad job. */
export interface Verdict {
  /** Nomad's parser and server, as `nomad job validate` shows it. */
  readonly nomad: 'error' | 'warning' | 'nothing' | 'crash'
  /** `terraform plan`, which parses the job and doesn't heed what the server says. */
  readonly plan: 'error' | 'nothing'
}

/** Cases of one rule are numbered from 1. */
export function nameOf(one: BadJob): string {
  const same = corpus.filter((other) => other.rule === one.rule)
  return `${one.rule} ${same.indexOf(one) + 1}`
}

/** Who catches what: one row for each rule. */
export function table(verdicts: Readonly<Record<string, Verdict>>): string {
  const head = [
    'rule',
    'severity',
    'what is wrong',
    'example',
    'ours, found at',
    '`nomad job validate`',
    '`terraform plan`',
  ]
  const rows = rules.map((rule) => row(rule, verdicts))
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function row(rule: Rule, verdicts: Readonly<Record<string, Verdict>>): string[] {
  const cases = corpus.filter((one) => one.rule === rule.name)
  const [first] = cases
  if (!first) throw new Error(`the corpus has no case of ${rule.name}`)
  const finding = validate({ spec: first.bad, path: 'job', detach: first.detach }).find((f) => f.rule === rule.name)
  if (!finding) throw new Error(`${rule.name} doesn't find its case`)
  const said = cases.map((one) => verdicts[nameOf(one)] ?? { nomad: 'nothing', plan: 'nothing' })
  return [
    `\`${rule.name}\``,
    rule.level,
    cell(finding.problem),
    cell(shorten(finding.given ?? '')),
    `\`${finding.path}\``,
    together(said.map((verdict) => verdict.nomad)),
    together(said.map((verdict) => verdict.plan)),
  ]
}

function together(said: readonly string[]): string {
  const all = [...new Set(said)].map((word) => (word === 'nothing' ? 'no' : word))
  return all.length > 1 ? `some: ${all.join(', ')}` : (all[0] ?? 'no')
}

function shorten(text: string): string {
  return text.length > 90 ? `${text.slice(0, 87)}...` : text
}

function cell(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/[|<>*_{}[\]]/g, '\\$&')
    .replace(/\s+/g, ' ')
}

/** How many of the corpus each of the three catches. */
export function totals(verdicts: Readonly<Record<string, Verdict>>): string {
  const said = corpus.map((one) => verdicts[nameOf(one)])
  const errors = corpus.filter((one) => rules.find((rule) => rule.name === one.rule)?.level === 'error').length
  const nomad = (what: Verdict['nomad']) => said.filter((verdict) => verdict?.nomad === what).length
  const plan = said.filter((verdict) => verdict?.plan === 'error').length
  return [
    '| of the bad jobs | ours | `nomad job validate` | `terraform plan` |',
    '| --- | --- | --- | --- |',
    `| all | ${corpus.length} | ${corpus.length} | ${corpus.length} |`,
    `| refused | ${errors} | ${nomad('error') + nomad('crash')} | ${plan} |`,
    `| warned about | ${corpus.length - errors} | ${nomad('warning')} | 0 |`,
    `| passed without a word | 0 | ${nomad('nothing')} | ${corpus.length - plan} |`,
  ].join('\n')
}

const marks = ['<!-- generated: npx tsx test/nomad/corpus/write-table.ts -->', '<!-- end -->'] as const

/** The guide with the table in it replaced. */
export function withTable(guide: string, verdicts: Readonly<Record<string, Verdict>>): string {
  const [start, end] = [guide.indexOf(marks[0]), guide.indexOf(marks[1])]
  if (start < 0 || end < start) throw new Error(`docs/guides/rules.md lacks '${marks[0]}' and '${marks[1]}'`)
  const generated = `${marks[0]}\n\n${totals(verdicts)}\n\n${table(verdicts)}\n\n`
  return guide.slice(0, start) + generated + guide.slice(end)
}
