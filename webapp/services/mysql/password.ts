import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'

/** How often the file is looked at, in milliseconds. */
const lookEveryMs = 1_000

/**
 * A password that Nomad may render again while the application runs: who asks gets the newest. Connections that are open keep working, and so
 * does the old password for a while (docs/guides/mysql-backup.md).
 */
export class PasswordFile {
  private value: string
  private lookedAt: number
  private warned = false

  /** @throws Error when the file can't be read, or is empty */
  constructor(
    private readonly path: string,
    private readonly log: Pick<Logger, 'info' | 'warn'>,
    private readonly now: () => number = Date.now,
  ) {
    this.lookedAt = now()
    this.value = this.read()
  }

  /** The newest; a file that can't be read now leaves the one before. */
  current(): string {
    const now = this.now()
    if (now - this.lookedAt < lookEveryMs) return this.value
    this.lookedAt = now
    try {
      const found = this.read()
      if (found !== this.value) this.log.info('the password of MySQL has changed: new connections use the new one')
      this.value = found
      this.warned = false
    } catch (error) {
      if (!this.warned) this.log.warn({ error: String(error) }, 'the password of MySQL can not be read again')
      this.warned = true
    }
    return this.value
  }

  private read(): string {
    let given = 'an empty file'
    try {
      const text = readFileSync(this.path, 'utf8').trim()
      if (text !== '') return text
    } catch (error) {
      given = String(error)
    }
    throw new Error(
      `MYSQL_PASSWORD_FILE: the password can not be read from '${this.path}'\n  given    ${given}\n  allowed  a file with the password, and nothing else\n  do       render it by a template of this task, or set MYSQL_PASSWORD instead`,
    )
  }
}
