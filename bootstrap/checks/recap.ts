import type { StepResult } from './step.js'

/** One thing that failed within a step: what, and what was said of it. */
export interface Failure {
  readonly title: string
  readonly said: string
}

/** Lines that one failure gets, and failures that are told of. */
const LINES = 30
const FAILURES = 8

/**
 * What failed, once more, for the end of a run: what a step said when it failed may be thousands of lines above, and who
 * keeps a log may keep its end only. Nothing where nothing failed.
 */
export function recap(results: readonly StepResult[]): string {
  const all = results.flatMap(({ name, failed, failures = [] }) =>
    failed > 0 && failures.length === 0
      ? [{ title: name, said: '' }]
      : failures.map(({ title, said }) => ({ title: `${name}: ${title}`, said })),
  )
  if (all.length === 0) return ''
  const told = all.slice(0, FAILURES).map(({ title, said }) => [`✖ ${title}`, ...indented(said)].join('\n'))
  const rest = all.slice(FAILURES).map(({ title }) => `✖ ${title}`)
  return ['What failed:', ...told, ...rest].join('\n')
}

/** The beginning and the end of what is too long: an error says first what it is, a program says it last. */
function indented(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd().slice(0, 300))
    .filter((line) => line !== '')
  const half = LINES / 2
  const kept =
    lines.length <= LINES
      ? lines
      : [...lines.slice(0, half), `... ${lines.length - LINES} lines, above in full`, ...lines.slice(-half)]
  return kept.map((line) => `    ${line}`)
}
