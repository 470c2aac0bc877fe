import { z } from 'zod/mini'
import { GtidSet } from './gtid.js'
import { request, type Reply } from './http/request.js'
import type { Member, PrimaryRecord, Recorded } from './state.js'

const ROOT = 'shoal/mysql'
/** Entries of the history that are kept. */
const HISTORY_KEPT = 200
/** Milliseconds for one beat: a lost one leaves time for the next within the lease. */
const BEAT_TIMEOUT = 1500

const recordSchema = z.object({
  instance: z.string(),
  host: z.string(),
  port: z.number(),
  agentPort: z.number(),
  since: z.string(),
  reason: z.string(),
  waitCount: z.number(),
  renewals: z.optional(z.number()),
  base: z.optional(z.string()),
})
const turnSchema = z.object({ instance: z.string(), id: z.string(), record: z.number() })
const results = z.object({ Results: z.array(z.object({ KV: z.object({ ModifyIndex: z.number() }) })) })
const lockSchema = z.object({ instance: z.string(), beat: z.number(), released: z.optional(z.string()) })
const memberSchema = z.object({
  instance: z.string(),
  host: z.string(),
  port: z.number(),
  agentPort: z.number(),
  follows: z.optional(z.string()),
  left: z.optional(z.string()),
})
const pairs = z.array(
  z.object({
    Key: z.string(),
    Value: z.nullable(z.string()),
    ModifyIndex: z.number(),
    Session: z.optional(z.string()),
  }),
)

interface Pair {
  readonly key: string
  readonly value: unknown
  readonly index: number
  readonly session: string | undefined
}

/** `shoal/mysql/leader`: who holds the primary's lock, written again with each beat. */
export interface LockState {
  readonly instance: string
  /** Counts up with each beat of one holder. */
  readonly beat: number
  readonly released?: string
  readonly session: string | undefined
  readonly index: number
}

/** `shoal/mysql/promoting`: whose turn it is to promote. */
export interface Turn {
  readonly instance: string
  readonly id: string
  /** Index of the primary's record that this promotion began with. */
  readonly record: number
}

/** One change of hands, kept under `shoal/mysql/history/`. */
export interface HistoryEntry {
  readonly at: string
  readonly event: string
  readonly from?: string
  readonly to?: string
  readonly reason: string
  readonly forced?: boolean
  readonly risks?: readonly string[]
  readonly seconds?: number
}

/** A service that this agent registers for its role. */
export interface RoleService {
  readonly name: 'mysql-primary' | 'mysql-replica'
  readonly checkPath: string
}

/** What the group knows together, in Consul's key-value store, and this instance's role among its services. */
export class Consul {
  constructor(
    private readonly address: string,
    private readonly token: string | undefined,
  ) {}

  private async call(
    path: string,
    options: { method?: string; body?: unknown; timeout?: number; signal?: AbortSignal; also?: number } = {},
  ): Promise<Reply> {
    const reply = await request(`${this.address}/v1/${path}`, {
      method: options.method,
      headers: this.token === undefined ? {} : { 'x-consul-token': this.token },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      timeout: options.timeout ?? 3000,
      signal: options.signal,
    })
    if (reply.status !== 200 && reply.status !== 404 && reply.status !== options.also)
      throw new Error(
        `Consul answered ${reply.status} to ${options.method ?? 'GET'} /v1/${path}: ${reply.body.slice(0, 200)}`,
      )
    return reply
  }

  private async read(
    key: string,
    query: string,
    options: { timeout?: number; signal?: AbortSignal } = {},
  ): Promise<{ pairs: Pair[]; index: number }> {
    const reply = await this.call(`kv/${ROOT}/${key}?${query}`, options)
    const index = Number(reply.headers['x-consul-index'] ?? 0)
    if (reply.status === 404) return { pairs: [], index }
    return {
      index,
      pairs: pairs.parse(JSON.parse(reply.body)).map((pair) => ({
        key: pair.Key,
        value: JSON.parse(Buffer.from(pair.Value ?? '', 'base64').toString('utf8')) as unknown,
        index: pair.ModifyIndex,
        session: pair.Session,
      })),
    }
  }

  /** Writes a key only if it still has `index` (0: only if it is not there). */
  private async compareAndSet(key: string, value: unknown, index: number): Promise<boolean> {
    const reply = await this.call(`kv/${ROOT}/${key}?cas=${index}`, { method: 'PUT', body: value })
    return reply.body.trim() === 'true'
  }

  /**
   * Writes keys together or not at all; those with an `index` only if they still have it (0: only if they are not there).
   * @returns their new indexes, or undefined when something had changed
   */
  private async write(
    ...sets: readonly { key: string; value: unknown; index?: number }[]
  ): Promise<readonly number[] | undefined> {
    const body = sets.map(({ key, value, index }) => ({
      KV: {
        Verb: index === undefined ? 'set' : 'cas',
        Key: `${ROOT}/${key}`,
        Value: Buffer.from(JSON.stringify(value)).toString('base64'),
        Index: index,
      },
    }))
    const reply = await this.call('txn', { method: 'PUT', body, also: 409 })
    return reply.status === 409
      ? undefined
      : results.parse(JSON.parse(reply.body)).Results.map((one) => one.KV.ModifyIndex)
  }

  private static recorded(pair: Pair | undefined): Recorded | 'none' {
    return pair === undefined ? 'none' : { value: recordSchema.parse(pair.value), index: pair.index }
  }

  /** The primary's record, as Consul's leader has it after asking its quorum. */
  async primary(timeout?: number): Promise<Recorded | 'none'> {
    const options = timeout === undefined ? {} : { timeout }
    return Consul.recorded((await this.read('primary', 'consistent', options)).pairs[0])
  }

  /**
   * Waits for a change of the record after `index`, for at most 2 s, so that a Consul that hangs is noticed soon. Any server may answer, so that
   * the loss of Consul's leader is not noticed here; it may be behind.
   * @returns the index to wait from next
   */
  async primaryChange(index: number, signal: AbortSignal): Promise<{ record: Recorded | 'none'; index: number }> {
    const found = await this.read('primary', `index=${index}&wait=2s&stale`, { timeout: 3500, signal })
    // An index that goes back means that Consul was restored, or that this server is behind: start over.
    return { record: Consul.recorded(found.pairs[0]), index: found.index < index ? 0 : Math.max(1, found.index) }
  }

  /** @returns false when somebody else has changed it since */
  setPrimary(value: PrimaryRecord, index: number): Promise<boolean> {
    return this.compareAndSet('primary', value, index)
  }

  async initialised(): Promise<boolean> {
    return (await this.read('initialised', 'consistent')).pairs.length > 0
  }

  /** Notes, once in the cluster's life, that its first primary is set up. */
  setInitialised(about: { instance: string; uuid: string; at: string }): Promise<boolean> {
    return this.compareAndSet('initialised', about, 0)
  }

  /** All that the group knows, as Consul's leader has them after asking its quorum. */
  async members(timeout?: number): Promise<Member[]> {
    const { pairs: found } = await this.read(
      'instances/',
      'recurse&consistent',
      timeout === undefined ? {} : { timeout },
    )
    return found
      .map((pair): Member => {
        const { left, ...member } = memberSchema.parse(pair.value)
        return { ...member, index: pair.index, left: left === undefined ? undefined : GtidSet.parse(left) }
      })
      .sort((a, b) => (a.instance < b.instance ? -1 : 1))
  }

  /** What the others know of this instance. One that is about to follow somebody says so by `enter`. */
  async join(member: Member): Promise<void> {
    await this.call(`kv/${ROOT}/instances/${member.instance}`, { method: 'PUT', body: member })
  }

  /**
   * Says that this instance follows the recorded primary, before it does. The record gets a new index with it, or nothing is written: a
   * promotion that began before, and does not know of this replica, can't change the record any more.
   * @returns false when the record had changed
   */
  async enter(member: Member, record: Recorded): Promise<boolean> {
    const { value, index } = record
    const renewed = { ...value, renewals: (value.renewals ?? 0) + 1 }
    const key = `instances/${member.instance}`
    const entered = { ...member, follows: value.instance, left: undefined }
    return (await this.write({ key: 'primary', value: renewed, index }, { key, value: entered })) !== undefined
  }

  /** Whose turn it is to promote. */
  async turn(): Promise<{ readonly value: Turn; readonly index: number } | undefined> {
    const [pair] = (await this.read('promoting', 'consistent')).pairs
    return pair && { value: turnSchema.parse(pair.value), index: pair.index }
  }

  /** @returns the new index, or undefined when somebody else was first */
  async takeTurn(turn: Turn, index: number): Promise<number | undefined> {
    return (await this.write({ key: 'promoting', value: turn, index }))?.[0]
  }

  async endTurn(index: number): Promise<void> {
    await this.call(`kv/${ROOT}/promoting?cas=${index}`, { method: 'DELETE' })
  }

  /**
   * @param index only while its key has this index: it has not begun to follow somebody meanwhile. @default - whatever it has
   * @returns false when it has another one
   */
  async forget(instance: string, index?: number): Promise<boolean> {
    const only = index === undefined ? '' : `?cas=${index}`
    const reply = await this.call(`kv/${ROOT}/instances/${instance}${only}`, { method: 'DELETE' })
    return reply.body.trim() === 'true'
  }

  /** Adds an entry and removes the oldest above HISTORY_KEPT. */
  async addHistory(entry: HistoryEntry): Promise<void> {
    await this.call(`kv/${ROOT}/history/${entry.at}`, { method: 'PUT', body: entry })
    const reply = await this.call(`kv/${ROOT}/history/?keys`)
    if (reply.status === 404) return
    const keys = z.array(z.string()).parse(JSON.parse(reply.body)).sort()
    for (const key of keys.slice(0, -HISTORY_KEPT)) await this.call(`kv/${key}`, { method: 'DELETE' })
  }

  /** What people and `bootstrap/status` read: is there a writer, and why not. */
  async setState(state: { state: string; instance: string; reason: string; since: string }): Promise<void> {
    await this.call(`kv/${ROOT}/state`, { method: 'PUT', body: state })
  }

  private static locked(pair: Pair | undefined): LockState | undefined {
    return pair && { ...lockSchema.parse(pair.value), session: pair.session, index: pair.index }
  }

  /** The lock as Consul's leader has it. */
  async lock(): Promise<LockState | undefined> {
    return Consul.locked((await this.read('leader', 'consistent', { timeout: BEAT_TIMEOUT })).pairs[0])
  }

  /** Waits for a change of the lock after `index`. */
  async lockChange(index: number, signal: AbortSignal): Promise<{ lock: LockState | undefined; index: number }> {
    const found = await this.read('leader', `index=${index}&wait=2s&stale`, { timeout: 3500, signal })
    return { lock: Consul.locked(found.pairs[0]), index: found.index < index ? 0 : Math.max(1, found.index) }
  }

  /**
   * A session that ends with this node's health (serfHealth), or when it isn't renewed for 10 to 20 s. No lock-delay: a promotion waits for
   * what makes it safe, not for time.
   */
  async createSession(instance: string): Promise<string> {
    const reply = await this.call('session/create', {
      method: 'PUT',
      body: {
        Name: `mysql ${instance}`,
        TTL: '10s',
        LockDelay: '0s',
        Behavior: 'release',
        NodeChecks: ['serfHealth'],
      },
      timeout: BEAT_TIMEOUT,
    })
    return z.object({ ID: z.string() }).parse(JSON.parse(reply.body)).ID
  }

  /** @returns false when the session has ended */
  async renewSession(session: string): Promise<boolean> {
    return (await this.call(`session/renew/${session}`, { method: 'PUT', timeout: BEAT_TIMEOUT })).status === 200
  }

  async destroySession(session: string): Promise<void> {
    await this.call(`session/destroy/${session}`, { method: 'PUT', timeout: BEAT_TIMEOUT })
  }

  /** @returns false when another session holds the lock */
  async acquire(session: string, value: { instance: string; beat: number }): Promise<boolean> {
    const path = `kv/${ROOT}/leader?acquire=${session}`
    return (await this.call(path, { method: 'PUT', body: value, timeout: BEAT_TIMEOUT })).body.trim() === 'true'
  }

  async releaseLock(session: string, value: { instance: string; beat: number; released: string }): Promise<void> {
    await this.call(`kv/${ROOT}/leader?release=${session}`, { method: 'PUT', body: value, timeout: BEAT_TIMEOUT })
  }

  /** Registers the role of this instance with the local Consul agent, which then asks `checkPath` each second. */
  async register(service: RoleService, member: Member): Promise<void> {
    await this.call('agent/service/register?replace-existing-checks=true', {
      method: 'PUT',
      body: {
        ID: `mysql-role-${member.instance}`,
        Name: service.name,
        Address: member.host,
        Port: member.port,
        Meta: { instance: member.instance, 'agent-port': String(member.agentPort) },
        Check: {
          Name: `role of ${member.instance}`,
          HTTP: `http://${member.host}:${member.agentPort}${service.checkPath}`,
          Interval: '1s',
          Timeout: '1s',
          DeregisterCriticalServiceAfter: '10m',
        },
      },
    })
  }

  async deregister(instance: string): Promise<void> {
    await this.call(`agent/service/deregister/mysql-role-${instance}`, { method: 'PUT' })
  }
}
