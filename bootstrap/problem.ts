/** The four parts of every error that a person sees: what is wrong and where, what was given, what is allowed, what to do. */
export interface ProblemParts {
  /** What is wrong, and where, in the caller's words. */
  readonly what: string
  /** What was given. */
  readonly given?: string
  /** What is allowed. */
  readonly allowed?: string
  /** What to do now. */
  readonly do: string
  /**
   * Exit code of the command: 2 for a command that was called wrongly, 1 for anything else.
   * @default 1
   */
  readonly exitCode?: 1 | 2
  /** The error below this one. */
  readonly cause?: unknown
}

/** An error that is meant for a person; its message is all four parts, one a line. */
export class Problem extends Error {
  readonly parts: ProblemParts
  readonly exitCode: 1 | 2

  constructor(parts: ProblemParts) {
    super(render(parts), { cause: parts.cause })
    this.name = 'Problem'
    this.parts = parts
    this.exitCode = parts.exitCode ?? 1
  }

  /** A problem with how a command was called (exit code 2). */
  static usage(parts: Omit<ProblemParts, 'exitCode'>): Problem {
    return new Problem({ ...parts, exitCode: 2 })
  }

  /** Several problems at once, as one error; the exit code is 2 only when all of them are usage. */
  static all(problems: readonly Problem[]): Problem {
    const [first, ...others] = problems
    if (first === undefined) throw new TypeError('Expected at least one problem, got none')
    if (others.length === 0) return first
    const exitCode = problems.every((problem) => problem.exitCode === 2) ? 2 : 1
    const joined = new Problem({ ...first.parts, exitCode })
    joined.message = problems.map((problem) => problem.message).join('\n\n')
    return joined
  }
}

function render(parts: ProblemParts): string {
  const line = (label: string, text: string | undefined) =>
    text === undefined ? [] : [`  ${label.padEnd(8)} ${text.replaceAll('\n', `\n${' '.repeat(11)}`)}`]
  return [parts.what, ...line('given', parts.given), ...line('allowed', parts.allowed), ...line('do', parts.do)].join(
    '\n',
  )
}
