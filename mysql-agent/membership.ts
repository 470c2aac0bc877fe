import { now } from './clock.js'
import type { Consul } from './consul.js'
import type { GtidSet } from './gtid.js'
import type { Member, Recorded } from './state.js'

/** Seconds between two looks at who is in the group. */
const EVERY_SECONDS = 3

/** What the group knows of its instances, and what it knows of this one. One step at a time, in the order of the calls. */
export class Membership {
  /** All instances that the group knew when Consul was last asked. */
  members: readonly Member[] = []
  private own: Member | undefined
  private askedAt = -Infinity
  private busy: Promise<unknown> = Promise.resolve()
  private refreshing: Promise<void> | undefined

  constructor(
    private readonly consul: Pick<Consul, 'members' | 'join' | 'enter'>,
    private readonly self: Member,
  ) {}

  /** Consul was asked at least once. */
  get known(): boolean {
    return Number.isFinite(this.askedAt)
  }

  /** Whom this instance follows as the others know it; undefined when they only know what it had when it was stopped, or nothing. */
  get follows(): string | undefined {
    return this.own?.left === undefined ? this.own?.follows : undefined
  }

  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.busy.then(work)
    this.busy = mine.catch(() => undefined)
    return mine
  }

  /**
   * Looks who is there, now and then, and makes this instance known. What is known of it stays: its mysqld may receive although its agent is new.
   * @param leads it is the primary, and its mysqld has no source any more
   */
  refresh(leads: boolean): Promise<void> {
    const said = this.own?.follows === '' && this.own.left === undefined
    if (now() - this.askedAt < EVERY_SECONDS && (!leads || said)) return Promise.resolve()
    this.refreshing ??= this.inOrder(() => this.ask(leads)).finally(() => (this.refreshing = undefined))
    return this.refreshing
  }

  private async ask(leads: boolean): Promise<void> {
    const members = await this.consul.members()
    const { instance, host, port, agentPort } = this.self
    const found = members.find((one) => one.instance === instance)
    const moved = found?.host !== host || found.port !== port || found.agentPort !== agentPort
    const stale = leads && (found?.follows !== '' || found.left !== undefined)
    this.own = found
    if (moved || stale) {
      const known = found === undefined || stale ? { follows: '' } : { follows: found.follows, left: found.left }
      await this.consul.join({ ...this.self, ...known })
      this.own = { ...this.self, ...known }
    }
    this.members = [...members.filter((one) => one.instance !== instance), this.own ?? this.self]
    this.askedAt = now()
  }

  /** Says that this instance is about to follow the recorded primary. @returns false when the record has changed */
  enter(record: Recorded): Promise<boolean> {
    return this.inOrder(async () => {
      const { instance } = record.value
      if (this.follows === instance) return true
      if (!(await this.consul.enter(this.self, record))) return false
      this.own = { ...this.self, follows: instance }
      return true
    })
  }

  /** Says all that this instance had when it was stopped, with its receiver stopped before. */
  leave(left: GtidSet): Promise<void> {
    return this.inOrder(async () => {
      const own = { ...this.self, follows: this.own?.follows, left }
      await this.consul.join(own)
      this.own = own
    })
  }
}
