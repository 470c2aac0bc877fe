import type { CycleRecord } from './record'
import { type FaultSummary, type Spread, summarize } from './summary'

const seconds = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1))
const cells = ({ min, median, max }: Spread): string => `${seconds(min)} | ${seconds(median)} | ${seconds(max)}`

/** The results as a Markdown table: times in seconds. */
export function table(records: readonly CycleRecord[], targets: ReadonlyMap<string, number>): string {
  const head = [
    '| fault | cycles | blocked min | median | max | target | slowest connection, max | whole after, median | lost | doubled | two writable | reads failed | not as promised |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
  ]
  const line = (one: FaultSummary): string =>
    `| ${one.fault} | ${one.cycles} | ${cells(one.blocked)} | ${targets.get(one.fault) ?? ''} | ${seconds(one.slowestConnection.max)} | ${seconds(one.wholeAfter.median)} | ${one.lost} | ${one.doubled} | ${one.twoWritable} | ${one.failedReads} | ${one.failures} |`
  return [...head, ...summarize(records).map(line)].join('\n')
}

/** One line over everything. */
export function totals(records: readonly CycleRecord[]): string {
  const sum = (of: (record: CycleRecord) => number): number => records.reduce((total, one) => total + of(one), 0)
  return [
    `${records.length} cycles`,
    `${sum((one) => one.writes.acknowledged)} acknowledged rows`,
    `${sum((one) => one.lost)} lost`,
    `${sum((one) => one.doubled)} doubled`,
    `${sum((one) => one.probes.looks)} looks of the prober`,
    `${sum((one) => one.probes.twoWritable)} with two writable instances`,
    `${sum((one) => one.reads.answered)} reads`,
    `${sum((one) => one.reads.failed)} failed (${sum((one) => one.reads.failedTwice)} also at the second try)`,
  ].join(', ')
}
