/** What the planner can't be asked, in four parts. */
export class PlannerError extends Error {
  override readonly name = 'PlannerError'

  /** @param problem what is wrong, what was given, what is allowed, what to do */
  constructor(
    readonly problem: { readonly what: string; readonly given: string; readonly allowed: string; readonly do: string },
  ) {
    super(`${problem.what}\n  given    ${problem.given}\n  allowed  ${problem.allowed}\n  do       ${problem.do}`)
  }
}
