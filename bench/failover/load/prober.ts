import { performance } from 'node:perf_hooks'
import type { Connection } from 'mysql2/promise'
import type { Fleet } from '../fleet/fleet'
import { findInstances, type Instance } from '../fleet/instances'
import { pause } from '../fleet/run'
import type { Ledger } from '../judge/ledger'
import type { Sighting } from '../judge/writable'
import { ask, connect, insertRow } from './client'

const STATE = 'SELECT @@global.read_only ro, @@global.super_read_only sro, @@global.offline_mode off'

export interface ProberOptions {
  readonly fleet: Fleet
  readonly run: string
  readonly password: string
  /** Milliseconds between two looks at an instance. @default 50 */
  readonly every?: number
}

/** What the prober saw in a cycle. */
export interface Probed {
  readonly sightings: ReadonlyMap<string, readonly Sighting[]>
  readonly looks: number
  /** Looks at which more than one instance was not read-only, whether it could commit or not. */
  readonly openPairs: number
}

/**
 * Asks every mysqld directly, by its socket, whether it is writable, and lets each that says so commit a row. By the socket: an instance that is cut off from
 * the network is exactly the one to watch. A commit is never given up: an answer that comes late is an answer.
 */
export class Prober {
  ledger: Ledger | undefined
  private readonly watches = new Map<string, Watch>()
  private stopped = false
  private looks = 0
  private openPairs = 0
  private work: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: ProberOptions) {}

  start(): void {
    this.work = this.look()
  }

  /** What was seen since the last call; commits that are still on their way are cut off and stay unknown. */
  async take(): Promise<Probed> {
    this.ledger = undefined
    await Promise.all([...this.watches.values()].map((watch) => watch.settle()))
    const sightings = new Map([...this.watches.values()].map((watch) => [watch.label, watch.take()]))
    const there = new Set(findInstances(this.options.fleet).map(({ socket }) => socket))
    for (const [socket, watch] of this.watches) {
      if (there.has(socket)) continue
      watch.close()
      this.watches.delete(socket)
    }
    const taken = { sightings, looks: this.looks, openPairs: this.openPairs }
    this.looks = this.openPairs = 0
    return taken
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.work
    for (const watch of this.watches.values()) watch.close()
  }

  private async look(): Promise<void> {
    const { fleet, run, password, every = 50 } = this.options
    let refresh = 0
    while (!this.stopped) {
      const begun = performance.now()
      if (begun >= refresh) {
        refresh = begun + 500
        const found = findInstances(fleet)
        for (const one of found)
          if (!this.watches.has(one.socket)) this.watches.set(one.socket, new Watch(one, run, password))
      }
      for (const watch of this.watches.values()) watch.tick(() => this.ledger)
      const open = [...this.watches.values()].filter((watch) => watch.openSince(begun - 3 * every))
      this.looks++
      if (open.length > 1) this.openPairs++
      await pause(Math.max(0.005, (every - (performance.now() - begun)) / 1000))
    }
  }
}

/** One mysqld under watch: a connection that asks, another that commits. */
class Watch {
  readonly label: string
  private seen: Sighting[] = []
  private asking: Connection | undefined
  private committing: Connection | undefined
  private busyAsking = false
  private commit: { readonly abandon: () => void; readonly done: Promise<void> } | undefined
  private open = false
  private answeredAt = 0
  private retryAt = 0

  constructor(
    private readonly instance: Instance,
    private readonly run: string,
    private readonly password: string,
  ) {
    this.label = `${instance.name}/${instance.allocation.slice(0, 8)}`
  }

  openSince(moment: number): boolean {
    return this.open && this.answeredAt >= moment
  }

  take(): readonly Sighting[] {
    const taken = this.seen
    this.seen = []
    return taken
  }

  /** @param current the ledger at the time of the commit, not at that of the look: a cycle may end between the two */
  tick(current: () => Ledger | undefined): void {
    if (this.busyAsking || performance.now() < this.retryAt) return
    this.busyAsking = true
    void this.ask().then((open) => {
      this.busyAsking = false
      this.open = open
      this.answeredAt = performance.now()
      const ledger = current()
      if (!open) this.closed()
      else if (ledger && !this.commit) this.tryCommit(ledger)
    })
  }

  private closed(): void {
    const last = this.seen[this.seen.length - 1]
    if (last?.saw !== 'closed') this.seen.push({ saw: 'closed', at: performance.now() })
  }

  private async ask(): Promise<boolean> {
    try {
      this.asking ??= await connect({ socketPath: this.instance.socket, password: this.password }, 5000)
      const [row] = await ask(this.asking, STATE, 0)
      return Number(row?.['ro']) === 0 && Number(row?.['sro']) === 0 && Number(row?.['off']) === 0
    } catch {
      this.asking?.destroy()
      this.asking = undefined
      this.retryAt = performance.now() + 100
      return false
    }
  }

  private tryCommit(ledger: Ledger): void {
    const by = `probe-${this.instance.name}`
    const id = ledger.begin(by)
    let abandon = (): void => undefined
    // mysql2 leaves the promise of a statement open for ever when its connection is destroyed.
    const abandoned = new Promise<never>((_, reject) => (abandon = () => reject(new Error('given up'))))
    const work = async (): Promise<void> => {
      let sent = false
      try {
        this.committing ??= await connect({ socketPath: this.instance.socket, password: this.password }, 5000)
        const start = performance.now()
        sent = true
        await Promise.race([ask(this.committing, insertRow(this.run, id, by), 0), abandoned])
        this.seen.push({ saw: 'commit', start, end: performance.now() })
        ledger.end(id, 'acknowledged')
      } catch {
        this.committing?.destroy()
        this.committing = undefined
        this.closed()
        ledger.end(id, sent ? 'unknown' : 'unsent')
      }
      this.commit = undefined
    }
    this.commit = { abandon, done: work() }
  }

  /** Gives a commit on its way a second, then gives it up. */
  async settle(): Promise<void> {
    const { commit } = this
    if (!commit) return
    await Promise.race([commit.done, pause(1)])
    commit.abandon()
    await commit.done
  }

  close(): void {
    this.asking?.destroy()
    this.committing?.destroy()
    this.asking = this.committing = undefined
  }
}
