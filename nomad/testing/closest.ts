import { differences, show } from './match'

/** How many letters have to change to get from one name to another. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The name that was most likely meant, where one is near enough. */
export function closestName(wanted: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= Math.max(2, Math.floor(wanted.length / 3)) ? best.name : undefined
}

/** What there is instead of a block of some name, as lines. */
export function insteadOf(wanted: string, names: readonly string[]): string {
  if (names.length === 0) return '  there is none'
  const near = closestName(wanted, names)
  const all = `  there is ${names.map((name) => `'${name}'`).join(', ')}`
  return near === undefined ? all : `${all}\n  closest  '${near}'`
}

/** The item that differs least from what is expected, with how it differs, as lines. */
export function closestMatch(expected: unknown, items: readonly unknown[]): string {
  const ranked = items
    .map((item) => ({ item, found: differences(expected, item) }))
    .sort((a, b) => a.found.length - b.found.length)
  const [best] = ranked
  if (!best) return '  there is none'
  return [`  closest  ${show(best.item)}`, ...best.found.map((line) => `    ${line}`)].join('\n')
}
