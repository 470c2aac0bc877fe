/** A generator of numbers from 0 up to 1 that gives the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A fault as the plan sees it. */
export interface Planned {
  readonly name: string
  /** How often at most in one run; the slow ones are done once or twice. @default - as often as the others */
  readonly atMost?: number
}

/**
 * Which fault each cycle has: rounds over all faults, each in an order of its own, so that any part of a run has seen about the same.
 * The same seed gives the same plan, which is how a run is resumed.
 *
 * @throws RangeError without faults, or when all of them may come fewer times than there are cycles
 */
export function plan(faults: readonly Planned[], cycles: number, seed: number): string[] {
  const next = random(seed)
  const done: string[] = []
  const times = (name: string): number => done.filter((one) => one === name).length
  while (done.length < cycles) {
    const round = faults.filter(({ name, atMost }) => times(name) < (atMost ?? Number.POSITIVE_INFINITY))
    if (round.length === 0) throw new RangeError(`${cycles} cycles can't be filled with ${done.length} faults`)
    shuffle(round, next)
    done.push(...round.map(({ name }) => name))
  }
  return done.slice(0, cycles)
}

function shuffle<T>(items: T[], next: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    const [a, b] = [items[i], items[j]]
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a]
  }
}
