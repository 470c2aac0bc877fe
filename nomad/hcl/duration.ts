const nanoseconds: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 }

/** What nearly every duration is: one whole number and one unit. */
const simple = /^(\d+)(h|ms|m|s)$/

const parsed = new Map<string, number | undefined>()

/** A duration in Go's syntax (`1h30m`) in nanoseconds, or undefined where it is none. Jobs have few of them, again and again. */
export function parseDuration(text: string): number | undefined {
  const before = parsed.get(text)
  if (before !== undefined) return before
  const nanoseconds = parse(text)
  if (parsed.size >= 1000) parsed.clear()
  parsed.set(text, nanoseconds)
  return nanoseconds
}

function parse(text: string): number | undefined {
  if (text === '0') return 0
  const plain = simple.exec(text)
  if (plain) return Number(plain[1]) * (nanoseconds[plain[2] ?? ''] ?? 0)
  const match = /^([-+]?)((?:\d+(?:\.\d*)?(?:h|ms|m|us|µs|ns|s))+)$/.exec(text)
  if (!match) return undefined
  let total = 0
  for (const [, amount, unit] of (match[2] ?? '').matchAll(/(\d+(?:\.\d*)?)(h|ms|m|us|µs|ns|s)/g)) {
    total += Number(amount) * (nanoseconds[unit ?? ''] ?? 0)
  }
  return Math.round(total) * (match[1] === '-' ? -1 : 1)
}
