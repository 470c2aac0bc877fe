import { writeFileSync } from 'node:fs'
import { type MochaOptions, reporters, type Runner } from 'mocha'

/** Mocha's spec reporter, which also leaves its counts in a file (mocha runs one reporter only). */
class SpecWithCounts extends reporters.Spec {
  private readonly output: string

  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options)
    this.output = String(options.reporterOptions?.output)
  }

  override done(failures: number, callback?: (failures: number) => void): void {
    writeFileSync(this.output, JSON.stringify({ passes: this.stats.passes, failures: this.stats.failures }))
    callback?.(failures)
  }
}

export = SpecWithCounts
