import { groupBy } from '../judge/group-by'
import type { CycleRecord } from './record'

/** Smallest, middle and largest of some numbers. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** @throws RangeError without numbers */
export function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [min, max] = [sorted[0], sorted[sorted.length - 1]]
  if (min === undefined || max === undefined) throw new RangeError('the spread of no numbers')
  const at = (i: number): number => sorted[i] ?? 0
  const half = sorted.length / 2
  const median = sorted.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2
  return { min, median, max }
}

/** One fault over all its cycles. */
export interface FaultSummary {
  readonly fault: string
  readonly cycles: number
  readonly blocked: Spread
  readonly slowestConnection: Spread
  readonly wholeAfter: Spread
  readonly lost: number
  readonly doubled: number
  readonly twoWritable: number
  readonly failedReads: number
  readonly failures: number
}

const sum = (records: readonly CycleRecord[], of: (record: CycleRecord) => number): number =>
  records.reduce((total, record) => total + of(record), 0)

/** Faults in the order in which they were first seen. */
export function summarize(records: readonly CycleRecord[]): FaultSummary[] {
  return [...groupBy(records, (record) => record.fault)].map(([fault, own]) => ({
    fault,
    cycles: own.length,
    blocked: spread(own.map((record) => record.blocked)),
    slowestConnection: spread(own.map((record) => record.slowestConnection)),
    wholeAfter: spread(own.map((record) => record.wholeAfter)),
    lost: sum(own, (record) => record.lost),
    doubled: sum(own, (record) => record.doubled),
    twoWritable: sum(own, (record) => record.probes.twoWritable),
    failedReads: sum(own, (record) => record.reads.failed),
    failures: own.filter((record) => record.failures.length > 0).length,
  }))
}
