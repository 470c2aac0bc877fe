/** What one step of `bootstrap/test` found. */
export interface StepResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  /** Why nothing ran, for a step that had nothing to check. */
  readonly skipped?: string
  readonly seconds: number
}

/** One step of `bootstrap/test`; it never throws for a check that fails. */
export interface Step {
  readonly name: string
  run(): Promise<Omit<StepResult, 'name' | 'seconds'>>
}

/** Runs steps one after another and goes on after a failed one; `report` is called after each. */
export async function runSteps(
  steps: readonly Step[],
  report: (result: StepResult) => void,
  clock: () => number = () => performance.now(),
): Promise<StepResult[]> {
  const results: StepResult[] = []
  for (const step of steps) {
    const started = clock()
    const found = await step.run().catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error))
      return { passed: 0, failed: 1 }
    })
    const result = { name: step.name, ...found, seconds: (clock() - started) / 1000 }
    results.push(result)
    report(result)
  }
  return results
}

/** The last line of a run: `N passed, N failed`. */
export function totals(results: readonly StepResult[]): { passed: number; failed: number; line: string } {
  const sum = (pick: (result: StepResult) => number) => results.reduce((total, result) => total + pick(result), 0)
  const passed = sum((result) => result.passed)
  const failed = sum((result) => result.failed)
  return { passed, failed, line: `${passed} passed, ${failed} failed` }
}
