import { now } from './clock.js'
import { START_GRACE } from './failover.js'
import type { Mysqld } from './mysqld/connection.js'
import { look } from './mysqld/look.js'
import { Room } from './room.js'
import type { MysqlState } from './state.js'
import { startOf, stopIsOver, type Stop } from './stop.js'

/** What is known of the mysqld beside this agent, and since when. */
export class Looking {
  mysql: MysqlState | undefined
  /** Its data is being replaced: nothing is asked of it. */
  cloning = false
  private lookedAt = 0
  private downSince: number | undefined
  private dead = false
  private looking: Promise<MysqlState | undefined> | undefined
  private stopping: Stop | undefined
  private receivedAt = now()
  private hasReceived = false
  private connectingSince: number | undefined
  readonly room: Room

  constructor(
    private readonly mysqld: Mysqld,
    private readonly socket: string,
    volume: string,
  ) {
    this.room = new Room(volume)
  }

  /** Looks at mysqld, or waits for the look that is under way. */
  now(): Promise<MysqlState | undefined> {
    if (this.cloning) return Promise.resolve(undefined)
    this.looking ??= this.once().finally(() => (this.looking = undefined))
    return this.looking
  }

  /**
   * A look that begins after this call: others decide by what it says.
   * @param patience milliseconds; a mysqld that hangs longer counts as one that doesn't answer
   */
  fresh(patience: number): Promise<MysqlState | undefined> {
    const fresh = (async () => {
      await this.looking
      return this.now()
    })()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), patience)))
    return Promise.race([fresh, late]).finally(() => clearTimeout(timer))
  }

  private async once(): Promise<MysqlState | undefined> {
    const began = now()
    this.room.look()
    try {
      this.mysql = await look(this.mysqld)
      if (this.stopping !== undefined && stopIsOver(this.stopping, startOf(this.socket), now()))
        this.stopping = undefined
      this.downSince = undefined
      this.dead = false
    } catch (error) {
      this.mysql = undefined
      this.downSince ??= began
      this.dead = ['ECONNREFUSED', 'ENOENT'].includes(String((error as { code?: unknown }).code))
    }
    if (this.mysql?.replica?.receiver === 'on') {
      this.receivedAt = now()
      this.hasReceived = true
    }
    if (this.mysql?.replica?.receiver === 'connecting') this.connectingSince ??= now()
    else this.connectingSince = undefined
    this.lookedAt = now()
    return this.mysql
  }

  /** Seconds since the last look; a clone takes its time. */
  get ageSeconds(): number {
    return this.cloning ? 0 : now() - this.lookedAt
  }

  /** This instance is being stopped. */
  get leaving(): boolean {
    return this.stopping !== undefined
  }

  /** From now on this instance is being stopped, until another mysqld answers here or the stop did not come. */
  leave(): void {
    this.stopping ??= { since: now(), of: startOf(this.socket) }
  }

  /** How long mysqld has not answered, and whether it is known to be dead. */
  get down(): { mysqldDead: boolean; mysqldSilentSeconds: number } {
    return {
      mysqldDead: this.dead && !this.cloning,
      mysqldSilentSeconds: this.downSince === undefined ? 0 : now() - this.downSince,
    }
  }

  /** Seconds since this replica last received from its primary; one that never has may still be on its way to it. */
  get lostSeconds(): number {
    const seconds = now() - this.receivedAt
    return this.hasReceived ? seconds : Math.max(0, seconds - START_GRACE)
  }

  /** Seconds for which its receiver has been trying to connect. */
  get connectingSeconds(): number {
    return this.connectingSince === undefined ? 0 : now() - this.connectingSince
  }

  /** Its receiver was told to begin anew. */
  reconnects(): void {
    this.connectingSince = undefined
  }

  /** Another instance leads: nothing was received from it yet. */
  newSource(): void {
    this.receivedAt = now()
    this.hasReceived = false
  }
}
