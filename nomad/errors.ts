/** One thing that is wrong with a job, and what to do about it. */
export interface Finding {
  /** Name of the rule, by which it can be silenced. */
  readonly rule: string
  /** An error stops the synth, a warning is told. */
  readonly level: 'error' | 'warning'
  /** Where: the path of the construct. */
  readonly path: string
  /** What is wrong, in the caller's words. */
  readonly problem: string
  /** What the caller wrote. @default - said in `problem` */
  readonly given?: string
  /** What may stand there. @default - nothing in particular */
  readonly allowed?: string
  /** What to change. */
  readonly do: string
}

/** A finding as people read it. */
export function describe(finding: Finding): string {
  const rows = [
    ['given', finding.given],
    ['allowed', finding.allowed],
    ['do', finding.do],
  ]
  const lines = rows.filter(([, text]) => text !== undefined).map(([name, text]) => `  ${name?.padEnd(8)} ${text}`)
  return [`${finding.path}: ${finding.problem} [${finding.rule}]`, ...lines].join('\n')
}

/** Thrown where one thing is wrong at once, e.g. a name that is taken. */
export class NomadConstructsError extends Error {
  /** @param finding what is wrong, and what to do */
  constructor(readonly finding: Finding) {
    super(describe(finding))
    this.name = 'NomadConstructsError'
  }
}
