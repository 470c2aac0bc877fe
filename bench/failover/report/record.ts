import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** One cycle as it is kept: a line of `cycles.jsonl`. */
export interface CycleRecord {
  readonly cycle: number
  readonly fault: string
  /** What was hit, and what was done to it. */
  readonly notes: readonly string[]
  readonly startedAt: string
  /** Seconds that the whole cycle took. */
  readonly seconds: number
  readonly instances: number
  readonly primaryBefore: string
  readonly primaryAfter: string
  /** Seconds without any acknowledged write, from the first attempt that was not answered to the next acknowledgement. */
  readonly blocked: number
  /** The same for the connection that was blocked longest. */
  readonly slowestConnection: number
  /** Seconds from the end of the fault until the group was whole. */
  readonly wholeAfter: number
  readonly writes: { readonly acknowledged: number; readonly unknown: number }
  /** Reads through nodes that the fault did not take away. */
  readonly reads: { readonly answered: number; readonly failed: number; readonly failedTwice: number }
  readonly probes: { readonly looks: number; readonly openPairs: number; readonly twoWritable: number }
  readonly lost: number
  readonly doubled: number
  readonly invented: number
  /** What went against the promises, or did not heal in time; empty when all is well. */
  readonly failures: readonly string[]
  /** Ids, as ranges: so that a later check can look for them again. */
  readonly acknowledgedIds: string
  readonly unknownIds: string
  readonly nextId: number
}

export function appendRecord(file: string, record: CycleRecord): void {
  appendFileSync(file, JSON.stringify(record) + '\n')
}

/** The cycles of a run so far; a last line that was cut off by a crash is left out. */
export function readRecords(file: string): CycleRecord[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as CycleRecord]
      } catch {
        return []
      }
    })
}
