import type { Logger } from 'pino'
import type { Mysqld } from '../mysqld/connection.js'
import type { Passwords } from '../settings.js'
import * as real from './accounts.js'
import { plan, rotating, type Account } from './plan.js'

export interface RotationOptions {
  /** The agent's passwords, as everything in it reads them. Changed in place when mysqld takes the new ones. */
  readonly passwords: Passwords
  /** Reads the secrets' file. @throws when it is not usable */
  readonly read: () => Passwords
  readonly mysqld: Mysqld
  /** mysqld's socket. */
  readonly socket: string
  readonly appUser: string
  /** How long an old password works beside the new one, in seconds. */
  readonly graceSeconds: number
  /** Runs something that no step of a promotion may come between. @returns false also when it was left out: a promotion has this instance on hold */
  readonly exclusive: (work: () => Promise<boolean>) => Promise<boolean>
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** The steps in SQL. @default - the real ones */
  readonly sql?: Pick<typeof real, 'accepts' | 'lookAtAccounts' | 'apply' | 'renewSource'>
  /** Seconds, of a clock that only goes forward. @default - the process' own */
  readonly clock?: () => number
}

/** How often the primary looks whether a grace has run out, in seconds. */
const LOOK_SECONDS = 30

/**
 * Rotation of passwords without downtime. Somebody changes the Nomad variable; the secrets' file changes on every node; the primary sets the new passwords and
 * keeps the old ones beside them (`RETAIN CURRENT PASSWORD`); after the grace they are discarded. Each agent goes over to a new password when its own
 * mysqld takes it, which is when it has been replicated.
 */
export class Rotation {
  private seen = ''
  private wanted: Passwords
  private lookedAt = -Infinity
  private wasPrimary = false
  private warned = ''
  /** The file's passwords that mysqld is known to take, by user. At the start none: the receiver may have an older one. */
  private readonly adopted = new Map<string, string>()
  private readonly sql: NonNullable<RotationOptions['sql']>
  private readonly now: () => number
  private readonly accounts: readonly Account[]

  constructor(private readonly options: RotationOptions) {
    this.wanted = { ...options.passwords }
    this.seen = JSON.stringify(this.wanted)
    this.sql = options.sql ?? real
    this.now = options.clock ?? (() => performance.now() / 1000)
    this.accounts = rotating(options.appUser)
  }

  /**
   * Once a round. Does nothing most of the time, and never throws.
   * @param primary this instance is the writable primary, and a commit has the replicas that it needs
   */
  async step(primary: boolean): Promise<void> {
    try {
      const changed = this.readFile()
      await this.adopt()
      const due = changed || (primary && !this.wasPrimary) || this.now() - this.lookedAt >= LOOK_SECONDS
      this.wasPrimary = primary
      if (!primary || !due) return
      await this.lead()
      this.lookedAt = this.now()
    } catch (error) {
      // Nothing is lost: the next round tries again.
      this.lookedAt = -Infinity
      this.warn(error)
    }
  }

  /** On an instance without data, which has no accounts yet: it will clone, or set them up, with what the file says. */
  begin(): void {
    try {
      this.readFile()
      for (const { secret } of this.accounts) Object.assign(this.options.passwords, { [secret]: this.wanted[secret] })
    } catch (error) {
      this.warn(error)
    }
  }

  private warn(error: unknown): void {
    if (this.warned !== String(error)) this.options.log.warn({ error: String(error) }, 'rotation of passwords')
    this.warned = String(error)
  }

  private readFile(): boolean {
    const found = this.options.read()
    const text = JSON.stringify(found)
    if (text === this.seen) return false
    this.seen = text
    this.wanted = found
    return true
  }

  /** What the primary does. */
  private async lead(): Promise<void> {
    const { mysqld, socket, graceSeconds, log } = this.options
    const states = await this.sql.lookAtAccounts(mysqld, this.accounts, (account) =>
      this.sql.accepts(socket, account.user, this.wanted[account.secret]),
    )
    for (const step of plan(states, graceSeconds)) {
      await this.sql.apply(mysqld, step, this.wanted[step.account.secret])
      const { user } = step.account
      if (step.do === 'set') log.info({ user, graceSeconds }, 'a new password is set; the old one works for a while')
      else log.info({ user }, 'the old password is discarded')
    }
  }

  /** What every agent does: use a new password from when its own mysqld takes it. Asks only about those that are new. */
  private async adopt(): Promise<void> {
    const { passwords, mysqld, socket, exclusive, log } = this.options
    for (const { user, secret } of this.accounts) {
      const next = this.wanted[secret]
      if (this.adopted.get(user) === next || !(await this.sql.accepts(socket, user, next))) continue
      if (secret === 'replication' && !(await exclusive(() => this.sql.renewSource(mysqld, next)))) continue
      this.adopted.set(user, next)
      if (passwords[secret] === next) continue
      Object.assign(passwords, { [secret]: next })
      log.info({ user }, 'the new password is in use here')
    }
  }
}
