/** How long a target that didn't answer is asked last, in milliseconds. */
const REST = 2000

/** Takes turns over targets; those that failed a moment ago come last, so that they are tried only when no other is left. */
export class Rotation {
  private next = 0
  private readonly failures = new Map<string, number>()

  constructor(private readonly targets: readonly string[]) {}

  /** All targets, in the order in which to try them now. */
  order(now: number): string[] {
    const start = this.next++ % Math.max(1, this.targets.length)
    const turn = [...this.targets.slice(start), ...this.targets.slice(0, start)]
    const resting = (target: string): boolean => now - (this.failures.get(target) ?? -Infinity) < REST
    return [...turn.filter((target) => !resting(target)), ...turn.filter(resting)]
  }

  failed(target: string, now: number): void {
    this.failures.set(target, now)
  }

  answered(target: string): void {
    this.failures.delete(target)
  }
}
