import type { CycleRecord } from './record'
import { summarize } from './summary'

const ROW = 26
const LEFT = 150
const WIDTH = 640
const TOP = 48
const TICKS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]
const [LEAST, MOST] = [Math.log10(0.01), Math.log10(100)]

const x = (value: number): number => {
  const at = (Math.log10(Math.min(100, Math.max(0.01, value))) - LEAST) / (MOST - LEAST)
  return Math.round((LEFT + at * WIDTH) * 10) / 10
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/**
 * Time without a writer per fault, as SVG: a dot for each cycle, a bar from the smallest to the largest, a mark at the median, a red
 * mark at the target. The axis is logarithmic, in seconds.
 */
export function plot(records: readonly CycleRecord[], targets: ReadonlyMap<string, number>): string {
  const rows = summarize(records)
  const height = TOP + rows.length * ROW + 16
  const bottom = height - 16
  const grid = TICKS.map(
    (tick) =>
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 8}" y2="${bottom}" stroke="#ddd"/><text x="${x(tick)}" y="${TOP - 14}" text-anchor="middle">${tick}</text>`,
  )
  const lines = rows.map(({ fault, cycles, blocked }, i) => {
    const y = TOP + i * ROW + ROW / 2
    const target = targets.get(fault)
    const dots = records
      .filter((record) => record.fault === fault)
      .map((record) => `<circle cx="${x(record.blocked)}" cy="${y}" r="3" fill="#27a" fill-opacity="0.5"/>`)
    return [
      `<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${escape(fault)} (${cycles})</text>`,
      `<line x1="${x(blocked.min)}" x2="${x(blocked.max)}" y1="${y}" y2="${y}" stroke="#27a"/>`,
      ...dots,
      `<line x1="${x(blocked.median)}" x2="${x(blocked.median)}" y1="${y - 8}" y2="${y + 8}" stroke="#036" stroke-width="3"/>`,
      target === undefined
        ? ''
        : `<line x1="${x(target)}" x2="${x(target)}" y1="${y - 10}" y2="${y + 10}" stroke="#c22" stroke-dasharray="3 2"/>`,
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 24}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    '<text x="8" y="16" font-weight="bold">Seconds without an acknowledged write, per fault (dark: median, red: target)</text>',
    ...grid,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}
