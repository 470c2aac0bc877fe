import { Crew } from './crew.js'
import { OpenDesk, QuietDesk } from './desk.js'
import { Scratch } from './scratch.js'
import { runStep, type Step, stepLine, type StepResult } from './step.js'

/** One run of `bootstrap/test`: its steps, in turn and side by side, what they print, and what must go away with it. */
export class TestRun {
  readonly crew = new Crew()
  readonly results: StepResult[] = []
  private readonly undo: (() => Promise<void>)[] = []
  private readonly waiting: string[] = []
  private terminalTaken = false
  private interrupted = false

  private constructor(private readonly write: (text: string) => void) {}

  /**
   * Does the work of a run with a temporary folder of its own. However it ends, interrupted too, nothing that it started
   * goes on, and what it made goes away.
   * @param write @default - to the standard output
   */
  static async during(
    work: (run: TestRun) => Promise<void>,
    write: (text: string) => void = (text) => console.log(text),
  ): Promise<StepResult[]> {
    const run = new TestRun(write)
    const scratch = await Scratch.make()
    let tidied: Promise<void> | undefined
    // Once: an interrupt while the run tidies up waits for that.
    const tidy = () => (tidied ??= run.tidy().finally(() => scratch.remove()))
    const interrupt = (signal: NodeJS.Signals) => {
      console.log(`${signal}: what was started is being ended and removed${run.interrupted ? ', wait a moment' : ''}`)
      run.interrupted = true
      void tidy().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
    }
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
    try {
      await work(run)
      return run.results
    } finally {
      await tidy()
      // The handler ends the process; a sum of what was cut short would only mislead.
      if (run.interrupted) await new Promise(() => {})
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    }
  }

  /** Something that has to be undone when the run ends, in whatever way. */
  afterwards(undo: () => Promise<void>): void {
    this.undo.push(undo)
  }

  /** One step after another, each with the terminal to itself; goes on after a failed one. */
  async inTurn(...steps: readonly Step[]): Promise<StepResult[]> {
    const results: StepResult[] = []
    for (const step of steps) {
      if (this.interrupted) break
      this.terminalTaken = true
      const result = await runStep(step, new OpenDesk(this.crew))
      this.terminalTaken = false
      this.report(stepLine(result))
      results.push(this.keep(result))
      for (const text of this.waiting.splice(0)) this.write(text)
    }
    return results
  }

  /** Several rows at once, each one step after another. What a step has to say is printed when it is done. */
  async sideBySide(...rows: readonly (readonly Step[])[]): Promise<StepResult[]> {
    return (await Promise.all(rows.map((row) => this.row(row, false)))).flat()
  }

  /** As a row of `sideBySide`, but the machine is for others first. */
  inBackground(...steps: readonly Step[]): Promise<StepResult[]> {
    return this.row(steps, true)
  }

  private async row(steps: readonly Step[], background: boolean): Promise<StepResult[]> {
    const results: StepResult[] = []
    for (const step of steps) {
      if (this.interrupted) break
      const desk = new QuietDesk(this.crew, background)
      const result = await runStep(step, desk)
      this.report([desk.said, stepLine(result)].filter(Boolean).join('\n'))
      results.push(this.keep(result))
    }
    return results
  }

  private keep(result: StepResult): StepResult {
    this.results.push(result)
    return result
  }

  /** While a step writes to the terminal by itself, all else waits. */
  private report(text: string): void {
    if (this.terminalTaken) this.waiting.push(text)
    else this.write(text)
  }

  private async tidy(): Promise<void> {
    await this.crew.stop()
    for (const undo of this.undo.reverse()) {
      await undo().catch((error: unknown) => console.error(error instanceof Error ? error.message : String(error)))
    }
  }
}
