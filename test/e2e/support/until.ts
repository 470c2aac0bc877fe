export interface UntilOptions {
  /** Longest wait, in milliseconds. */
  readonly deadline: number
  /** Pause between two looks, in milliseconds. @default 500 */
  readonly every?: number
}

/**
 * Waits for a condition: calls `look` until it gives something truthy.
 *
 * @throws Error when the deadline has passed; says what was waited for and what the last look gave.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined | null>,
  options: UntilOptions,
): Promise<T> {
  const end = Date.now() + options.deadline
  let last = 'nothing'
  for (;;) {
    try {
      const seen = await look()
      if (seen) return seen
      last = String(seen)
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${options.deadline / 1000} s; last look: ${last}`)
    await new Promise((wake) => setTimeout(wake, options.every ?? 500))
  }
}
