import type { Connection } from 'mysql2/promise'
import type { Group, Instance } from './group'
import { runningTime } from './running-time'

/**
 * Writes unique rows to whichever instance says it is the primary, as fast as they are acknowledged, and remembers which were. A probe
 * beside it asks all instances whether an ordinary account could write.
 */
export class Writer {
  readonly acknowledged = new Set<number>()
  /** Longest time without an acknowledgement, milliseconds (of {@link runningTime}). */
  longestGap = 0
  /** Moments at which more than one instance was writable. */
  twoWritable = 0
  probes = 0
  private next = 1
  private going = true
  private work: Promise<unknown> = Promise.resolve()

  constructor(private readonly group: Group) {}

  start(): void {
    this.group.endWith(() => this.stop())
    this.work = Promise.all([this.write(), this.probe()])
  }

  async stop(): Promise<void> {
    this.going = false
    await this.work
  }

  /** The first that says so; one that is frozen is not waited for. */
  private async target(): Promise<Instance | undefined> {
    const asked = this.group.instances.map(async (instance) => {
      const { status } = await instance.get('/primary', 400)
      if (status !== 200) throw new Error('not this one')
      return instance
    })
    return Promise.any(asked).catch(() => undefined)
  }

  private async write(): Promise<void> {
    let connection: Connection | undefined
    let last = runningTime()
    while (this.going) {
      try {
        if (connection === undefined) {
          connection = await (await this.target())?.connect('app')
          if (connection === undefined) {
            await new Promise((done) => setTimeout(done, 20))
            continue
          }
          connection.on('error', () => undefined)
        }
        const id = this.next++
        await connection.query({ sql: `INSERT INTO written (id) VALUES (${id})`, timeout: 1000 })
        this.acknowledged.add(id)
        this.longestGap = Math.max(this.longestGap, Math.round(runningTime() - last))
        last = runningTime()
      } catch {
        connection?.destroy()
        connection = undefined
      }
    }
    connection?.destroy()
  }

  private async probe(): Promise<void> {
    while (this.going) {
      const writable = await Promise.all(
        this.group.instances.map((instance) =>
          instance
            .query('root', 'SELECT @@global.read_only readOnly')
            .then((rows) => rows[0]?.['readOnly'] === 0)
            .catch(() => false),
        ),
      )
      this.probes++
      if (writable.filter(Boolean).length > 1) this.twoWritable++
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  /** Acknowledged rows that an instance lacks. */
  async missing(instance: Instance): Promise<number[]> {
    const there = new Set(
      (await instance.query('root', 'SELECT id FROM accounts.written')).map((row) => Number(row['id'])),
    )
    return [...this.acknowledged].filter((id) => !there.has(id))
  }
}
