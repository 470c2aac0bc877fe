import type { Attempt } from './blocked'

/** How an attempt to write a row ended. */
export type Outcome =
  /** The client was told that it succeeded. */
  | 'acknowledged'
  /** It was sent, and then an error came or nothing: it may be there or not. */
  | 'unknown'
  /** It was never sent, because there was no connection. */
  | 'unsent'

/** Remembers every row that somebody tried to write, and what the client was told. A row's id is used once. */
export class Ledger {
  readonly attempts: Attempt[] = []
  readonly acknowledged = new Set<number>()
  readonly unknown = new Set<number>()
  private readonly open = new Map<number, { from: string; start: number }>()

  /** @param next the first id @param clock milliseconds, monotonic */
  constructor(
    private next = 1,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** The id that the next attempt will get. */
  get nextId(): number {
    return this.next
  }

  /** An attempt begins. @param from who writes, e.g. `writer-2` @returns the row's id */
  begin(from: string): number {
    const id = this.next++
    this.open.set(id, { from, start: this.clock() })
    return id
  }

  /** @throws Error when the id was not begun, or has ended before */
  end(id: number, outcome: Outcome): void {
    const begun = this.open.get(id)
    if (!begun) throw new Error(`row ${id} ends, but was not begun`)
    this.open.delete(id)
    if (outcome === 'acknowledged') this.acknowledged.add(id)
    if (outcome === 'unknown') this.unknown.add(id)
    this.attempts.push({ from: begun.from, start: begun.start, end: this.clock(), ok: outcome === 'acknowledged' })
  }

  /** Attempts that nobody has answered yet: unknown, if the run were to end now. */
  get unanswered(): number[] {
    return [...this.open.keys()]
  }

  /** All attempts; those without an answer end at `until`. */
  attemptsUntil(until: number): Attempt[] {
    const pending = [...this.open.values()].map(({ from, start }) => ({ from, start, end: until, ok: false }))
    return [...this.attempts, ...pending]
  }
}
