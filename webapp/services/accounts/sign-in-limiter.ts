import { createHash } from 'node:crypto'
import type { SignInLimiter } from '../services.js'

/** Failures that are allowed in one window. */
export interface SignInLimits {
  /** For one account from one address. @default 8 */
  readonly pair: number
  /** For one account from anywhere: slows a crowd of addresses. @default 40 */
  readonly account: number
  /** For one address and any account: slows one machine that tries many names; many people may share it. @default 100 */
  readonly address: number
  /** @default 15 minutes */
  readonly windowMs: number
}

/** Where failures are counted. */
export interface FailureCounter {
  /** Failures in the window that is open now, and when it ends; nothing when there is none. */
  read(subjects: readonly Buffer[]): Promise<readonly { subject: Buffer; failures: number; remainingMs: number }[]>
  add(subjects: readonly Buffer[], windowMs: number): Promise<void>
  clear(subject: Buffer): Promise<void>
}

const defaults: SignInLimits = { pair: 8, account: 40, address: 100, windowMs: 15 * 60_000 }

/** Counts failed attempts to sign in per account, per address, and per both. Only successes of the same pair clear its count. */
export class CountingLimiter implements SignInLimiter {
  private readonly limits: SignInLimits

  constructor(
    private readonly counter: FailureCounter,
    limits: Partial<SignInLimits> = {},
  ) {
    this.limits = { ...defaults, ...limits }
  }

  async secondsUntilAllowed(usernameKey: string, address: string): Promise<number> {
    const subjects = this.subjects(usernameKey, address)
    const counts = await this.counter.read(subjects.map(({ hash }) => hash))
    const over = subjects.flatMap(({ hash, limit }) => {
      const count = counts.find(({ subject }) => subject.equals(hash))
      return count && count.failures >= limit ? [count.remainingMs] : []
    })
    return Math.ceil(Math.max(0, ...over) / 1_000)
  }

  async failed(usernameKey: string, address: string): Promise<void> {
    const hashes = this.subjects(usernameKey, address).map(({ hash }) => hash)
    await this.counter.add(hashes, this.limits.windowMs)
  }

  async succeeded(usernameKey: string, address: string): Promise<void> {
    await this.counter.clear(subject('pair', usernameKey, address))
  }

  private subjects(usernameKey: string, address: string): readonly { hash: Buffer; limit: number }[] {
    return [
      { hash: subject('pair', usernameKey, address), limit: this.limits.pair },
      { hash: subject('account', usernameKey), limit: this.limits.account },
      { hash: subject('address', address), limit: this.limits.address },
    ]
  }
}

/** Neither names nor addresses are kept, only whether they are the same again. */
function subject(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest()
}

/** Counts in this process only: for tests, and while the database can not be asked. */
export class MemoryCounter implements FailureCounter {
  private readonly counts = new Map<string, { failures: number; endsAt: number }>()

  async read(subjects: readonly Buffer[]): Promise<{ subject: Buffer; failures: number; remainingMs: number }[]> {
    return subjects.flatMap((one) => {
      const count = this.current(one)
      return count ? [{ subject: one, failures: count.failures, remainingMs: count.endsAt - Date.now() }] : []
    })
  }

  async add(subjects: readonly Buffer[], windowMs: number): Promise<void> {
    // Bounded: 20,000 entries are about 4 MB.
    if (this.counts.size > 20_000) this.counts.clear()
    for (const one of subjects) {
      const { failures, endsAt } = this.current(one) ?? { failures: 0, endsAt: Date.now() + windowMs }
      this.counts.set(one.toString('base64'), { failures: failures + 1, endsAt })
    }
  }

  async clear(one: Buffer): Promise<void> {
    this.counts.delete(one.toString('base64'))
  }

  private current(one: Buffer): { failures: number; endsAt: number } | undefined {
    const count = this.counts.get(one.toString('base64'))
    return count && count.endsAt > Date.now() ? count : undefined
  }
}
