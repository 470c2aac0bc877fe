import { now } from './clock.js'
import type { Hold, Observation } from './state.js'

/** Keeps this instance still while somebody's promotion is under way. */
export class Holding {
  private hold: { reason: string; index: number; until: number } | undefined
  /** Counts the times that an instance was put on hold: what was decided before is not done after. */
  count = 0

  /** @param seconds how long a hold lasts without news of its promotion */
  constructor(private readonly seconds: number) {}

  /**
   * For a promotion that began with the record at `index`.
   * @throws when another promotion has this instance on hold already
   */
  begin(reason: string, index: number): void {
    const other = this.hold
    if (other !== undefined && other.index === index && other.reason !== reason && now() <= other.until)
      throw new Error(`on hold already: ${other.reason}`)
    this.hold = { reason, index, until: now() + this.seconds }
    this.count++
  }

  /**
   * The promotion was given up. The hold counts as expired from now on, so that the record is renewed before anything goes on here: a
   * compare-and-set of that promotion which is still on its way then fails.
   */
  end(): void {
    if (this.hold !== undefined) this.hold.until = 0
  }

  get current(): Hold | undefined {
    const hold = this.hold
    return hold && { reason: hold.reason, index: hold.index, expired: now() > hold.until }
  }

  /** True while the record is still the one that the promotion began with. */
  keeps(record: Observation['record']): boolean {
    return this.hold !== undefined && typeof record !== 'string' && record.index === this.hold.index
  }
}
