/** What a stage has to say when it is done. */
export interface StageResult {
  /** One line for people. */
  readonly summary: string
  /** Whether nothing had to be done. */
  readonly cached?: boolean
}

/** One step of a command, with a name of its own in the progress display. */
export interface Stage {
  readonly name: string
  /**
   * Whether an interrupt waits for it to end: the commands that it runs are interrupted too, and what they have begun must
   * come to an orderly end. @default false
   */
  readonly finishes?: boolean
  /** `note` replaces the line that says what the stage is doing now. */
  run(note: (text: string) => void): Promise<StageResult>
}

/** One finished line: `toolchain     nomad 1.11.3, consul 1.22.7    2 s  (cached)`. */
export function stageLine(name: string, { summary, cached }: StageResult, seconds: number, width = 72): string {
  return `${name.padEnd(13)} ${summary.padEnd(width)} ${elapsed(seconds).padStart(9)}${cached ? '  (cached)' : ''}`
}

/** `4 s`, `12 min 5 s`. */
export function elapsed(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
