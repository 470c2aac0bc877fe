import type { Finding } from '../errors'
import { acrossRules } from './across'
import type { Rule } from './rule'

/** What is found elsewhere than by a {@link Rule}, and may be silenced too. */
const others = [...acrossRules, 'depends-on-detached', 'nomad-parser', 'nomad-refuses', 'nomad-warns', 'not-judged']

/** Names that silence nothing: a rule that was misspelt, or is gone. */
export function unknownSilences(
  silenced: readonly string[],
  rules: readonly Rule[],
  policies: readonly Rule[],
  path: string,
): Finding[] {
  if (silenced.length === 0) return []
  const names = [...rules, ...policies].map((rule) => rule.name).concat(others)
  return silenced
    .filter((name) => !names.includes(name))
    .map((name) => ({
      rule: 'unknown-silence',
      level: 'error',
      path,
      problem: 'no rule is called so: this silences nothing',
      given: `silence: ['${name}']`,
      allowed: nearest(name, names),
      do: 'correct the name (each finding ends with that of its rule), or drop it',
    }))
}

/** The names that share a word with another; all of them would be too many to read. */
function nearest(name: string, names: readonly string[]): string {
  const words = name.split('-')
  const near = names.filter((other) => other.split('-').some((word) => words.includes(word)))
  return near.length > 0 ? near.map((n) => `'${n}'`).join(', ') : 'the names in docs/guides/rules.md'
}
