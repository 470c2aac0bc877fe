import { groupBy } from './group-by'

/** One attempt to write, in milliseconds of a monotonic clock. */
export interface Attempt {
  /** The connection it was made by. */
  readonly from: string
  readonly start: number
  readonly end: number
  /** Whether it was acknowledged, at `end`. */
  readonly ok: boolean
}

/** A time without an acknowledged write. */
export interface Blocked {
  readonly from: number
  /** The next acknowledgement, or the end of what was looked at. */
  readonly to: number
  readonly milliseconds: number
  /** False when no write was acknowledged any more. */
  readonly ended: boolean
}

/**
 * The longest time without an acknowledged write that touches `from`..`until`: from the start of the first attempt that was not
 * answered (or failed) after an acknowledgement, up to the next acknowledgement. Undefined without attempts.
 */
export function longestBlocked(attempts: readonly Attempt[], from: number, until: number): Blocked | undefined {
  const all = [...attempts].sort((a, b) => a.end - b.end)
  const acks = all.filter((attempt) => attempt.ok && attempt.end <= until)
  const starts = earliestStartFrom(all)
  const gaps: Blocked[] = []
  const add = (after: number, to: number, ended: boolean): void => {
    const first = starts(after)
    if (first === undefined || to < from) return
    const begin = Math.max(after, first)
    if (begin < to) gaps.push({ from: begin, to, milliseconds: to - begin, ended })
  }
  let last = Number.NEGATIVE_INFINITY
  for (const ack of acks) {
    add(last, ack.end, true)
    last = ack.end
  }
  if (last < until) add(last, until, false)
  return gaps.sort((a, b) => b.milliseconds - a.milliseconds)[0]
}

/** @returns a function that gives the earliest start among the attempts that end after a moment */
function earliestStartFrom(byEnd: readonly Attempt[]): (moment: number) => number | undefined {
  const earliest = new Array<number>(byEnd.length)
  let least = Number.POSITIVE_INFINITY
  for (let i = byEnd.length - 1; i >= 0; i--) earliest[i] = least = Math.min(least, byEnd[i]?.start ?? least)
  return (moment) => {
    let [low, high] = [0, byEnd.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((byEnd[middle]?.end ?? 0) > moment) high = middle
      else low = middle + 1
    }
    return earliest[low]
  }
}

/** The longest blocked time of any single connection. */
export function slowestConnection(attempts: readonly Attempt[], from: number, until: number): Blocked | undefined {
  const byConnection = groupBy(attempts, (attempt) => attempt.from)
  return [...byConnection.values()]
    .map((own) => longestBlocked(own, from, until))
    .filter((blocked) => blocked !== undefined)
    .sort((a, b) => b.milliseconds - a.milliseconds)[0]
}
