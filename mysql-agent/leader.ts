import type { Logger } from 'pino'
import { now } from './clock.js'
import type { Consul, LockState } from './consul.js'
import type { LockSeen } from './failover.js'

/** The primary's lock: held here by beats, or watched. */
export class Leader {
  private session: string | undefined
  private beats = 0
  private renewedAt = -Infinity
  private goodAt = -Infinity
  private refused = false
  private failed = false
  private beating: Promise<void> | undefined
  private seen: LockState | undefined
  private changedAt = now()
  private beatAt = now()
  private everAlive = false

  constructor(
    private readonly consul: Consul,
    private readonly instance: string,
    private readonly log: Logger,
  ) {}

  /** Seconds since the last good beat was sent. */
  get age(): number {
    return now() - this.goodAt
  }

  /** The last beat was answered "the lock is another's". */
  get taken(): boolean {
    return this.refused
  }

  get holds(): boolean {
    return this.session !== undefined && Number.isFinite(this.goodAt)
  }

  /** Takes or renews the lock. Only for the recorded primary: a session of somebody else that holds it is ended. Never throws. */
  beat(): Promise<void> {
    this.beating ??= this.once().finally(() => (this.beating = undefined))
    return this.beating
  }

  private async once(): Promise<void> {
    try {
      // Where nothing comes in, what goes out may still arrive: such beats would keep a lock alive whose holder has fenced itself.
      if (this.failed) await this.consul.lock()
      this.failed = false
      this.session ??= await this.consul.createSession(this.instance)
      const session = this.session
      // The time before the request: what the others see can only be younger.
      const sent = now()
      if (sent - this.renewedAt > 3) {
        this.renewedAt = sent
        // An ended session shows in the beat itself.
        this.consul.renewSession(session).catch(() => undefined)
      }
      const value = { instance: this.instance, beat: ++this.beats }
      if (await this.consul.acquire(session, value)) {
        this.goodAt = sent
        this.refused = false
        return
      }
      this.refused = true
      const holder = await this.consul.lock()
      const record = await this.consul.primary()
      if (record === 'none' || record.value.instance !== this.instance) return
      if (holder?.session === undefined || holder.session === session) return
      this.log.warn({ holder: holder.instance }, 'the lock is held by a session of before: it is ended')
      await this.consul.destroySession(holder.session)
      if (await this.consul.acquire(session, value)) {
        this.goodAt = sent
        this.refused = false
      }
    } catch (error) {
      this.failed = true
      this.log.warn({ error: String(error) }, 'the lock could not be renewed')
      // Consul says 500 to a session that it no longer knows.
      if (/session/.test(String(error))) this.session = undefined
    }
  }

  /** Gives the lock up, so that nobody waits for the end of the lease. @param reason HANDS_OVER, or why this instance can't lead */
  async release(reason: string): Promise<void> {
    await this.beating
    const session = this.session
    this.session = undefined
    this.goodAt = -Infinity
    this.renewedAt = -Infinity
    if (session === undefined) return
    this.log.warn({ reason }, 'the lock is given up')
    await this.consul
      .releaseLock(session, { instance: this.instance, beat: this.beats, released: reason })
      .then(() => this.consul.destroySession(session))
      .catch((error: unknown) => this.log.warn({ error: String(error) }, 'the lock could not be given up'))
  }

  /** Follows the lock until `signal`; `changed` is told when it was given up or lost. */
  async watch(signal: AbortSignal, changed: () => void): Promise<void> {
    let index = 0
    while (!signal.aborted) {
      try {
        const found = await this.consul.lockChange(index, signal)
        index = found.index
        this.note(found.lock)
        if (found.lock?.session === undefined) changed()
      } catch {
        if (signal.aborted) return
        await new Promise((resolve) => setTimeout(resolve, 500))
      }
    }
  }

  private note(lock: LockState | undefined): void {
    if (lock?.index === this.seen?.index) return
    this.seen = lock
    this.changedAt = now()
    if (lock?.session === undefined) return
    this.beatAt = this.changedAt
    this.everAlive = true
  }

  /**
   * Looks once more, at the quorum.
   * @returns true when the lock is as it was last seen
   */
  async unchanged(): Promise<boolean> {
    const before = this.seen?.index
    const lock = await this.consul.lock()
    this.note(lock)
    return lock?.index === before
  }

  get lock(): LockSeen {
    return {
      instance: this.seen?.instance,
      held: this.seen?.session !== undefined,
      released: this.seen?.session === undefined ? this.seen?.released : undefined,
      silentSeconds: now() - this.changedAt,
      beatSeconds: now() - this.beatAt,
      everAlive: this.everAlive,
    }
  }
}
