import { mkdirSync } from 'node:fs'
import { Scene, type Fault } from './faults'
import type { Fleet } from './fleet/fleet'
import { Group } from './fleet/group'
import type { Instance } from './fleet/instances'
import { until } from './fleet/run'
import { longestBlocked, slowestConnection } from './judge/blocked'
import { Ledger } from './judge/ledger'
import { toRanges } from './judge/ranges'
import { countRows, judgeRows, type Rows } from './judge/rows'
import { findTwoWritable } from './judge/writable'
import { ask, connect, CREATE_TABLE, selectRows, type Target } from './load/client'
import { Prober } from './load/prober'
import { Reader } from './load/reader'
import { Writer } from './load/writer'
import type { CycleRecord } from './report/record'

export interface DrillOptions {
  readonly fleet: Fleet
  /** Name of the run: its rows carry it. Letters, digits, dashes. */
  readonly run: string
  readonly random: () => number
  /** Seconds that processes stay frozen. @default 30 */
  readonly frozen?: number
  /** Seconds that partitions last. @default 20 */
  readonly cut?: number
  /** Seconds within which the group must be whole after a fault. @default 240 */
  readonly wholeWithin?: number
  /** The first row's id. @default 1 */
  readonly firstId?: number
  readonly say?: (line: string) => void
}

/** The load on a fleet's MySQL group, and cycles of faults under it. */
export class Drill {
  readonly group: Group
  private readonly gone = new Set<number>()
  private nextId: number
  private writer: Writer | undefined
  private reader: Reader | undefined
  private prober: Prober | undefined
  private password = ''
  private scene: Scene | undefined

  constructor(private readonly options: DrillOptions) {
    this.group = new Group(options.fleet)
    this.nextId = options.firstId ?? 1
  }

  /** Makes the table and starts readers and the prober; writers wait for their cycle. */
  async start(): Promise<void> {
    const { fleet, run } = this.options
    this.password = await this.group.password()
    const through = (node: number, port: number): Target => ({
      host: fleet.address(node),
      port,
      password: this.password,
    })
    await this.untilWhole(300)
    await until('the table of the drill', 60, async () => {
      const connection = await connect(through(fleet.nodes[0] ?? 1, 3306))
      try {
        await ask(connection, CREATE_TABLE, 10_000)
        return true
      } finally {
        connection.destroy()
      }
    })
    this.writer = new Writer({ targets: fleet.nodes.map((node) => through(node, 3306)), run })
    this.reader = new Reader({ targets: new Map(fleet.nodes.map((node) => [node, through(node, 3307)])), run })
    this.prober = new Prober({ fleet, run, password: this.password })
    this.writer.start()
    this.reader.start()
    this.prober.start()
  }

  /** Puts right what a cycle was doing, where it was interrupted. */
  async heal(): Promise<void> {
    await this.scene?.heal()
  }

  /** Ends the load. */
  async stop(): Promise<void> {
    await Promise.all([this.writer?.rest(), this.prober?.take()])
    await Promise.all([this.writer?.stop(), this.reader?.stop(), this.prober?.stop()])
  }

  /** One fault under load, and the check after it. Never throws for what the fault did: `failures` says it. */
  async cycle(number: number, fault: Fault): Promise<CycleRecord> {
    const { say = () => undefined, fleet, random, frozen = 30, cut = 20, wholeWithin = 240 } = this.options
    const { writer, reader, prober } = this
    if (!writer || !reader || !prober) throw new Error('the drill has not been started')
    const [startedAt, begun] = [new Date().toISOString(), performance.now()]
    const { primary, replicas } = await this.untilWhole(300)
    const failures: string[] = []
    const firstId = this.nextId
    const ledger = new Ledger(firstId)
    writer.ledger = prober.ledger = ledger
    const acknowledged = (): number => ledger.acknowledged.size
    await until('some acknowledged writes', 30, () => Promise.resolve(acknowledged() >= 20), 0.05)
    reader.take()

    const hurtAt = performance.now()
    const scene = new Scene({
      fleet,
      group: this.group,
      primary,
      replicas,
      acknowledged,
      gone: this.gone,
      random,
      frozen,
      cut,
      say,
    })
    this.scene = scene
    await fault.run(scene).catch((error: unknown) => failures.push(`the fault: ${message(error)}`))
    await scene.heal().catch((error: unknown) => failures.push(`healing: ${message(error)}`))
    this.gone.clear()
    const healedAt = performance.now()
    const whole = await this.untilWhole(wholeWithin).catch((error: unknown) => {
      failures.push(message(error))
      return undefined
    })
    const wholeAfter = (performance.now() - healedAt) / 1000
    if (!(await scene.writing(30))) failures.push('no write is acknowledged after the fault')
    const end = performance.now()
    await writer.rest()
    const probed = await prober.take()
    const reads = reader.take()
    for (const reason of reads.reasons.slice(0, 5)) scene.note(`read failed: ${reason}`)
    this.nextId = ledger.nextId

    const attempts = ledger.attemptsUntil(end).filter(({ from }) => from.startsWith('writer'))
    const blocked = longestBlocked(attempts, hurtAt, end)
    const two = findTwoWritable(probed.sightings)
    for (const one of two.slice(0, 3)) failures.push(`${one.instance} and ${one.other} could both commit`)
    const rows = await this.checkRows(firstId, ledger).catch((error: unknown) => {
      failures.push(`the rows: ${message(error)}`)
      return undefined
    })
    if (rows) failures.push(...rows.failures)
    return {
      cycle: number,
      fault: fault.name,
      notes: scene.notes,
      startedAt,
      seconds: round((performance.now() - begun) / 1000),
      instances: 1 + replicas.length,
      primaryBefore: primary.name,
      primaryAfter: whole?.primary.name ?? '',
      blocked: round((blocked?.milliseconds ?? 0) / 1000),
      slowestConnection: round((slowestConnection(attempts, hurtAt, end)?.milliseconds ?? 0) / 1000),
      wholeAfter: round(wholeAfter),
      writes: { acknowledged: ledger.acknowledged.size, unknown: ledger.unknown.size },
      reads: { answered: reads.answered, failed: reads.failed, failedTwice: reads.failedTwice },
      probes: { looks: probed.looks, openPairs: probed.openPairs, twoWritable: two.length },
      lost: rows?.lost ?? 0,
      doubled: rows?.doubled ?? 0,
      invented: rows?.invented ?? 0,
      failures,
      acknowledgedIds: toRanges(ledger.acknowledged),
      unknownIds: toRanges(ledger.unknown),
      nextId: ledger.nextId,
    }
  }

  /** Waits for a whole group. @throws Error that says what is missing */
  untilWhole(seconds: number): Promise<{ primary: Instance; replicas: Instance[] }> {
    return until('a whole group', seconds, () => this.group.whole())
  }

  /** The rows of all instances from an id on, once all have the same GTIDs. A role that moves meanwhile cuts connections: then again. */
  readRows(from: number): Promise<Map<string, Rows>> {
    return until('the rows of all instances', 120, () => this.readOnce(from))
  }

  private async readOnce(from: number): Promise<Map<string, Rows>> {
    const instances = await this.group.instances()
    const connections = await Promise.all(
      instances.map(({ socket }) => connect({ socketPath: socket, password: this.password }, 5000)),
    )
    try {
      await until('the same GTIDs everywhere', 60, async () => {
        const sets = await Promise.all(
          connections.map(
            async (connection) => (await ask(connection, 'SELECT @@global.gtid_executed g', 5000))[0]?.['g'],
          ),
        )
        if (new Set(sets.map((set) => String(set).replace(/\s/g, ''))).size === 1) return true
        throw new Error(instances.map(({ name }, i) => `${name}: ${String(sets[i])}`).join(' | '))
      })
      const rows = await Promise.all(
        connections.map((connection) => ask(connection, selectRows(this.options.run, from), 60_000)),
      )
      const counted = (i: number): Rows => new Map(rows[i]?.map((row) => [Number(row['id']), Number(row['times'])]))
      return new Map(instances.map(({ name }, i) => [name, counted(i)]))
    } finally {
      for (const connection of connections) connection.destroy()
    }
  }

  private async checkRows(from: number, ledger: Ledger) {
    const findings = judgeRows(ledger, await this.readRows(from))
    const counts = countRows(findings)
    const failures = [
      ...findings.lost.map(({ instance, ids }) => `${instance} lacks acknowledged rows ${toRanges(ids).slice(0, 200)}`),
      ...findings.doubled.map(({ instance, ids }) => `${instance} has rows twice: ${toRanges(ids).slice(0, 200)}`),
      ...findings.invented.map(
        ({ instance, ids }) => `${instance} has rows that nobody sent: ${toRanges(ids).slice(0, 200)}`,
      ),
      ...(findings.differing.length > 0
        ? [`rows that not all have: ${toRanges(findings.differing).slice(0, 200)}`]
        : []),
    ]
    return { ...counts, failures }
  }
}

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A folder, made where it is missing. */
export function ensureFolder(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}
