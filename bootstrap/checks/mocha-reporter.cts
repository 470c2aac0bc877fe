import { writeFileSync } from 'node:fs'
import { type MochaOptions, reporters, type Runner } from 'mocha'

/** Mocha's spec reporter, which also leaves its counts and what failed in a file (mocha runs one reporter only). */
class SpecWithResults extends reporters.Spec {
  private readonly output: string

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options)
    this.output = String(options.reporterOptions?.output)
  }

  override done(count: number, callback?: (failures: number) => void): void {
    const failed = this.failures.map((test) => ({
      title: test.fullTitle(),
      said: test.err?.stack ?? test.err?.message ?? '',
    }))
    const { passes, failures } = this.stats
    writeFileSync(this.output, JSON.stringify({ passes, failures, failed }))
    callback?.(count)
  }
}

export = SpecWithResults
