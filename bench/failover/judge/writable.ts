/**
 * What the prober saw of one instance, in order. A commit counts only when the instance acknowledged it to the prober: an instance that is
 * not read-only but can't get an acknowledgement from a replica (semi-sync) is open, and yet can't commit.
 */
export type Sighting =
  /** An insert sent at `start` was acknowledged at `end`. */
  | { readonly saw: 'commit'; readonly start: number; readonly end: number }
  /** It was read-only, refused a write, or cut the prober's connection. */
  | { readonly saw: 'closed'; readonly at: number }

/** One instance acknowledged commits before and after another one did, without having been closed in between. */
export interface TwoWritable {
  readonly instance: string
  readonly other: string
  /** When the other one's commit began and was acknowledged. */
  readonly from: number
  readonly to: number
}

/**
 * Moments at which two instances could commit. Certain in both directions:
 * - reported only when A acknowledged, then B did (begun after A's, over before A's next began), then A again, and A was seen neither
 *   read-only nor without the prober's connection between its two. A handover from A to B and back fences both, and a fence closes
 *   connections: that ends A's epoch.
 * - both able for longer than three probes are always reported, because each of them commits each time it is open.
 * A commit that was under way when its instance was frozen and is answered late proves nothing by itself; its row is in the ledger.
 */
export function findTwoWritable(sightings: ReadonlyMap<string, readonly Sighting[]>): TwoWritable[] {
  const found: TwoWritable[] = []
  for (const [instance, seen] of sightings) {
    for (const epoch of epochs(seen)) {
      for (const [other, theirs] of sightings) {
        if (other === instance) continue
        const within = theirs.find((s) => s.saw === 'commit' && s.start >= epoch.firstEnd && s.end <= epoch.lastStart)
        if (within?.saw === 'commit') found.push({ instance, other, from: within.start, to: within.end })
      }
    }
  }
  return found
}

/** From an instance's first acknowledgement to the start of its last commit, with nothing between that a handover leaves behind. */
interface Epoch {
  readonly firstEnd: number
  lastStart: number
}

function epochs(seen: readonly Sighting[]): Epoch[] {
  const all: Epoch[] = []
  let open: Epoch | undefined
  for (const sighting of seen) {
    if (sighting.saw === 'closed') open = undefined
    else if (open) open.lastStart = sighting.start
    else all.push((open = { firstEnd: sighting.end, lastStart: Number.NEGATIVE_INFINITY }))
  }
  return all
}
