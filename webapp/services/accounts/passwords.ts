import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../services.js'
import { Unavailable } from '../unavailable.js'

/** OWASP's argon2id (the package's default algorithm): 19 MiB, 2 passes, 1 lane. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export interface PasswordsOptions {
  /** Each one needs 19 MiB while it runs. @default 1 */
  readonly concurrency?: number
  /** How many may wait before people are asked to come back. @default 32 */
  readonly queue?: number
  /** What compares a password with a hash. @default - argon2's */
  readonly verify?: (hash: string, password: string) => Promise<boolean>
}

/**
 * Argon2id, at most `concurrency` at a time: the server's task has 128 MB, and a crowd that signs in at once must not run it out of
 * memory.
 */
export class Passwords implements PasswordHasher {
  private running = 0
  private readonly waiting: (() => void)[] = []
  private dummy: Promise<string> | undefined

  private readonly compare: (hash: string, password: string) => Promise<boolean>

  constructor(private readonly limits: PasswordsOptions = {}) {
    this.compare = limits.verify ?? ((hash, password) => verify(hash, password, options))
  }

  hash(password: string): Promise<string> {
    return this.run(() => hash(password.normalize('NFKC'), options))
  }

  async verify(stored: string | undefined, password: string): Promise<boolean> {
    // An unknown account costs the same time as a known one, else the time tells which names exist.
    const against = stored ?? (await (this.dummy ??= this.hash('nobody has this password')))
    const matches = await this.run(() => this.compare(against, password.normalize('NFKC')))
    return matches && stored !== undefined
  }

  /** Makes the hash that unknown accounts are checked against, so that the first of them costs no more time than others. */
  async warmUp(): Promise<void> {
    await (this.dummy ??= this.hash('nobody has this password'))
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= (this.limits.concurrency ?? 1)) {
      if (this.waiting.length >= (this.limits.queue ?? 32)) {
        throw new Unavailable('signing in', { cause: 'too many people sign in at once' }, 2)
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    } else {
      this.running++
    }
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      // The place passes on to the next one: `running` stays as it is.
      if (next) next()
      else this.running--
    }
  }
}
