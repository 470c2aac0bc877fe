import type { Desk } from './desk.js'
import type { Failure } from './recap.js'

/** What one step of `bootstrap/test` found. */
export interface StepResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  /** What failed, as far as the step knows. */
  readonly failures?: readonly Failure[]
  /** Why nothing ran, for a step that had nothing to check. */
  readonly skipped?: string
  readonly seconds: number
}

/** One step of `bootstrap/test`; it never throws for a check that fails. */
export interface Step {
  readonly name: string
  run(desk: Desk): Promise<Omit<StepResult, 'name' | 'seconds'>>
}

/** Runs one step at a desk; a step that throws has failed, and says why. */
export async function runStep(
  step: Step,
  desk: Desk,
  clock: () => number = () => performance.now(),
): Promise<StepResult> {
  const started = clock()
  const found = await step.run(desk).catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error)
    desk.print(said)
    return failedWith(said)
  })
  return { name: step.name, ...found, seconds: (clock() - started) / 1000 }
}

/** A step that is one check, and failed. */
export const failedWith = (said: string): Pick<StepResult, 'passed' | 'failed' | 'failures'> => ({
  passed: 0,
  failed: 1,
  failures: [{ title: 'failed', said }],
})

/** What a person reads when a step is done. */
export const stepLine = ({ name, passed, failed, skipped, seconds }: StepResult): string =>
  `--- ${name}: ${skipped ?? `${passed} passed, ${failed} failed`} (${seconds.toFixed(1)} s)`

/** The last line of a run: `N passed, N failed`. */
export function totals(results: readonly StepResult[]): { passed: number; failed: number; line: string } {
  const sum = (pick: (result: StepResult) => number) => results.reduce((total, result) => total + pick(result), 0)
  const passed = sum((result) => result.passed)
  const failed = sum((result) => result.failed)
  return { passed, failed, line: `${passed} passed, ${failed} failed` }
}
