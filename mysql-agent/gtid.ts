/** Sets of global transaction ids as MySQL writes them (`uuid:1-5:8`, with tags `uuid:tag:1-5`), as values. */

type Interval = readonly [first: bigint, last: bigint]

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const TAG = /^[a-z_][a-z0-9_]{0,31}$/
const INTERVAL = /^([1-9][0-9]*)(?:-([1-9][0-9]*))?$/

/** Sorts intervals and joins those that touch or overlap. */
function normalise(intervals: readonly Interval[]): Interval[] {
  const joined: [bigint, bigint][] = []
  for (const [first, last] of [...intervals].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const previous = joined.at(-1)
    if (previous !== undefined && first <= previous[1] + 1n) {
      if (last > previous[1]) previous[1] = last
    } else joined.push([first, last])
  }
  return joined
}

function subtractIntervals(from: readonly Interval[], what: readonly Interval[]): Interval[] {
  let rest: Interval[] = [...from]
  for (const [first, last] of what) {
    rest = rest.flatMap(([low, high]): Interval[] => {
      if (last < low || first > high) return [[low, high]]
      const parts: Interval[] = []
      if (low < first) parts.push([low, first - 1n])
      if (high > last) parts.push([last + 1n, high])
      return parts
    })
  }
  return rest
}

/** An immutable set of global transaction ids. */
export class GtidSet {
  static readonly EMPTY = new GtidSet(new Map())

  /** Keys are `uuid` or `uuid:tag`; intervals are normalised and never empty. */
  private constructor(private readonly sources: ReadonlyMap<string, readonly Interval[]>) {}

  /**
   * Reads what MySQL prints (`@@gtid_executed`, `Retrieved_Gtid_Set`): whitespace and order don't matter.
   * @throws Error when the text is not a GTID set
   */
  static parse(text: string): GtidSet {
    const sources = new Map<string, Interval[]>()
    const bad = (given: string): Error =>
      new Error(
        `Not a GTID set\n  given    '${given}' in '${text}'\n  allowed  uuid[:tag]:first[-last][:first[-last]...], separated by commas\n  do       pass the value of @@gtid_executed as MySQL prints it`,
      )
    for (const entry of text.replace(/\s+/g, '').toLowerCase().split(',')) {
      if (entry === '') continue
      const [uuid = '', ...parts] = entry.split(':')
      if (!UUID.test(uuid) || parts.length === 0) throw bad(entry)
      let key = uuid
      for (const part of parts) {
        const match = INTERVAL.exec(part)
        if (match === null) {
          if (!TAG.test(part)) throw bad(entry)
          key = `${uuid}:${part}`
          continue
        }
        const first = BigInt(match[1] ?? '0')
        const last = match[2] === undefined ? first : BigInt(match[2])
        if (last < first) throw bad(part)
        sources.set(key, [...(sources.get(key) ?? []), [first, last]])
      }
    }
    return GtidSet.of(sources)
  }

  private static of(sources: ReadonlyMap<string, readonly Interval[]>): GtidSet {
    const entries = [...sources].map(([key, intervals]) => [key, normalise(intervals)] as const)
    const kept = entries.filter(([, intervals]) => intervals.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))
    return kept.length === 0 ? (GtidSet.EMPTY ?? new GtidSet(new Map())) : new GtidSet(new Map(kept))
  }

  get isEmpty(): boolean {
    return this.sources.size === 0
  }

  /** Number of transactions. */
  get count(): bigint {
    let count = 0n
    for (const intervals of this.sources.values()) for (const [first, last] of intervals) count += last - first + 1n
    return count
  }

  union(other: GtidSet): GtidSet {
    const sources = new Map<string, readonly Interval[]>(this.sources)
    for (const [key, intervals] of other.sources) sources.set(key, [...(sources.get(key) ?? []), ...intervals])
    return GtidSet.of(sources)
  }

  /** The transactions of this set that `other` lacks. */
  minus(other: GtidSet): GtidSet {
    const sources = new Map<string, readonly Interval[]>()
    for (const [key, intervals] of this.sources)
      sources.set(key, subtractIntervals(intervals, other.sources.get(key) ?? []))
    return GtidSet.of(sources)
  }

  /** True when every transaction of `other` is in this set. */
  contains(other: GtidSet): boolean {
    return other.minus(this).isEmpty
  }

  equals(other: GtidSet): boolean {
    return this.toString() === other.toString()
  }

  /** MySQL's own notation, sorted, without line breaks. */
  toString(): string {
    return [...this.sources]
      .map(([key, intervals]) =>
        [key, ...intervals.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))].join(':'),
      )
      .join(',')
  }

  toJSON(): string {
    return this.toString()
  }
}
