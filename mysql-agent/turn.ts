import { now } from './clock.js'
import type { Consul } from './consul.js'

/** Somebody else's promotion is under way: it is not a refusal, and it is worth while to ask again soon. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/**
 * One promotion at a time, by a key in Consul. What makes a promotion safe is not this but what it holds and compares (promotion.ts); without it
 * two that begin together hold instances against each other, and both fail, again and again.
 */
export class Turns {
  private mine: string | undefined
  private other: { readonly index: number; readonly since: number } | undefined
  private count = 0

  /**
   * @param instance who promotes
   * @param seconds how long a turn is respected that shows no sign of an end
   */
  constructor(
    private readonly consul: Pick<Consul, 'turn' | 'takeTurn' | 'endTurn'>,
    private readonly instance: string,
    private readonly seconds: number,
  ) {}

  /**
   * Takes the turn for a promotion that begins with the record at `record`. A turn for an older record is over: its promotion can't end well.
   * @returns the name of this promotion, and how to end it
   * @throws Busy when it is somebody else's
   */
  async take(record: number): Promise<{ readonly id: string; readonly end: () => Promise<void> }> {
    if (this.mine !== undefined) throw new Busy(`a promotion is under way here: ${this.mine}`)
    const id = `${this.instance}-${process.pid}-${++this.count}`
    this.mine = id
    try {
      const found = await this.consul.turn()
      if (found !== undefined && found.value.record >= record && found.value.instance !== this.instance) {
        if (this.other?.index !== found.index) this.other = { index: found.index, since: now() }
        if (now() - this.other.since < this.seconds) throw new Busy(`a promotion is under way: ${found.value.id}`)
      }
      const index = await this.consul.takeTurn({ instance: this.instance, id, record }, found?.index ?? 0)
      if (index === undefined) throw new Busy('another promotion was first')
      const end = async (): Promise<void> => {
        this.mine = undefined
        await this.consul.endTurn(index).catch(() => undefined)
      }
      return { id, end }
    } catch (error) {
      this.mine = undefined
      throw error
    }
  }
}
