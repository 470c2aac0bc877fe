import { z } from 'zod'
import { MemoryCounter, type FailureCounter } from '../accounts/sign-in-limiter.js'
import { Unavailable } from '../unavailable.js'
import type { MysqlRole } from './role.js'

const row = z.object({
  subject: z.instanceof(Buffer),
  failures: z.coerce.number(),
  remaining_ms: z.coerce.number(),
})

/** Counts failures on the primary, so that all instances together hold the limit; in memory while the primary is away. */
export class MysqlFailures implements FailureCounter {
  private readonly memory = new MemoryCounter()

  constructor(private readonly writer: MysqlRole) {}

  async read(
    subjects: readonly Buffer[],
  ): Promise<readonly { subject: Buffer; failures: number; remainingMs: number }[]> {
    const rows = await this.onWriter(() =>
      this.writer.run(
        (connection) =>
          connection.query({
            sql: `SELECT subject, failures, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), window_ends) DIV 1000 AS remaining_ms
                  FROM sign_in_failures
                  WHERE subject IN (${subjects.map(() => '?').join(', ')}) AND window_ends > UTC_TIMESTAMP(3)`,
            values: subjects,
          }),
        { deadlineMs: 1_000 },
      ),
    )
    if (rows === undefined) return this.memory.read(subjects)
    return rows.map((one) => {
      const { subject, failures, remaining_ms } = row.parse(one)
      return { subject, failures, remainingMs: remaining_ms }
    })
  }

  async add(subjects: readonly Buffer[], windowMs: number): Promise<void> {
    await this.memory.add(subjects, windowMs)
    // A repeated statement may count one failure twice: it errs on the safe side.
    await this.onWriter(() =>
      this.writer.run(
        (connection) =>
          connection.change({
            sql: `INSERT INTO sign_in_failures (subject, failures, window_ends)
                  VALUES ${subjects.map(() => '(?, 1, UTC_TIMESTAMP(3) + INTERVAL ? SECOND)').join(', ')} AS new
                  ON DUPLICATE KEY UPDATE
                    failures = IF(sign_in_failures.window_ends > UTC_TIMESTAMP(3), sign_in_failures.failures + 1, 1),
                    window_ends = IF(sign_in_failures.window_ends > UTC_TIMESTAMP(3), sign_in_failures.window_ends, new.window_ends)`,
            values: subjects.flatMap((subject) => [subject, Math.round(windowMs / 1_000)]),
            timeoutMs: 3_000,
          }),
        { deadlineMs: 3_000 },
      ),
    )
  }

  async clear(subject: Buffer): Promise<void> {
    await this.memory.clear(subject)
    await this.onWriter(() =>
      this.writer.run((connection) =>
        connection.change({ sql: 'DELETE FROM sign_in_failures WHERE subject = ?', values: [subject] }),
      ),
    )
  }

  /** Signing in must not fail because its failures can't be counted centrally. */
  private async onWriter<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Unavailable) return undefined
      throw error
    }
  }
}
