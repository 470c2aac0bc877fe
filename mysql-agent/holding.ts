import { now } from './clock.js'
import type { Hold, Observation } from './state.js'
import { Busy } from './turn.js'

/** Promotions that were given up and are still remembered. */
const REMEMBERED = 16

/** Keeps this instance still while somebody's promotion is under way. */
export class Holding {
  private hold: { by: string; reason: string; index: number; until: number } | undefined
  private over: string[] = []
  /** Counts the times that an instance was put on hold: what was decided before is not done after. */
  count = 0

  /** @param seconds how long a hold lasts without news of its promotion */
  constructor(private readonly seconds: number) {}

  /**
   * For the promotion `by`, which began with the record at `index`.
   * @throws Busy when another promotion has this instance on hold already, or when this one was given up before its step came
   */
  begin(by: string, reason: string, index: number): void {
    const other = this.hold
    if (this.over.includes(by)) throw new Busy(`given up already: ${reason}`)
    if (other !== undefined && other.index === index && other.by !== by && now() <= other.until)
      throw new Busy(`on hold already: ${other.reason}`)
    this.hold = { by, reason, index, until: now() + this.seconds }
    this.count++
  }

  /**
   * The promotion `by` was given up. Its own hold counts as expired from now on, so that the record is renewed before anything goes on here: a
   * compare-and-set of that promotion which is still on its way then fails. The hold of another promotion stays.
   */
  end(by: string): void {
    this.over = [...this.over, by].slice(-REMEMBERED)
    if (this.hold?.by === by) this.hold.until = -Infinity
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
