import { setTimeout as pause } from 'node:timers/promises'
import { auth, Client, errors, policies, types } from 'cassandra-driver'
import type { Logger } from 'pino'
import type { WatchedService } from '../discovery.js'
import { Unavailable } from '../unavailable.js'
import { RepeatOnOtherNode } from './retry.js'

export type Row = Readonly<Record<string, unknown>>

/** What the stores need of Cassandra; tests hand in a table in memory. */
export interface Cql {
  /** @throws Unavailable when not enough replicas answered, after tries on other nodes */
  execute(query: string, params: readonly unknown[]): Promise<readonly Row[]>
}

export interface CassandraOptions {
  readonly service: WatchedService
  readonly datacenter: string
  readonly credentials?: { readonly user: string; readonly password: string }
  readonly log: Logger
}

const title = 'posts (Cassandra)'

/** No node up for this long: the ring that we know of is gone, and Consul is asked for where it is now. */
const lostAfterMs = 8_000

/**
 * The driver's session with the ring. Consul gives the first addresses; from there the driver follows the ring by itself, and is made
 * anew from Consul's addresses when no node that it knows is left.
 */
export class CassandraConnection implements Cql {
  private client: Client | undefined
  private closed = false
  private loop: Promise<void> | undefined
  private lastUp = Date.now()
  private waiting: (() => void)[] = []
  private readonly stopping = new AbortController()

  constructor(private readonly options: CassandraOptions) {}

  /** Starts to connect, and keeps at it. Doesn't wait. */
  start(): void {
    this.loop ??= this.keepConnected()
  }

  async execute(query: string, params: readonly unknown[]): Promise<readonly Row[]> {
    const client = this.client ?? (await this.connected(2_000))
    try {
      const result = await client.execute(query, [...params])
      return result.rows ?? []
    } catch (error) {
      throw unavailable(error) ? new Unavailable(title, { cause: error }) : error
    }
  }

  async close(): Promise<void> {
    this.closed = true
    this.stopping.abort()
    await this.loop
    await this.client?.shutdown()
    this.client = undefined
  }

  private async keepConnected(): Promise<void> {
    const { log } = this.options
    let backoff = 200
    while (!this.closed) {
      if (this.client === undefined) {
        try {
          this.client = await this.connect()
          this.lastUp = Date.now()
          backoff = 200
          for (const wake of this.waiting.splice(0)) wake()
          log.info({ hosts: this.client.hosts.keys() }, 'connected to Cassandra')
        } catch (error) {
          log.warn({ error: String(error) }, 'Cassandra can not be reached')
        }
      } else if (this.anyNodeUp(this.client)) {
        this.lastUp = Date.now()
      } else if (Date.now() - this.lastUp > lostAfterMs) {
        log.warn('no node of Cassandra is up: looking for the ring anew')
        const lost = this.client
        this.client = undefined
        await lost.shutdown().catch(() => undefined)
        continue
      }
      const wait = this.client ? 1_000 : backoff * (0.5 + Math.random())
      backoff = Math.min(backoff * 2, 5_000)
      await pause(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined)
    }
  }

  private async connect(): Promise<Client> {
    const endpoints = this.options.service.endpoints()
    if (endpoints.length === 0) throw new Error(`no healthy instance of '${this.options.service.name}' in Consul`)
    const { credentials } = this.options
    const client = new Client({
      contactPoints: endpoints.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)),
      localDataCenter: this.options.datacenter,
      authProvider: credentials && new auth.PlainTextAuthProvider(credentials.user, credentials.password),
      // One connection carries 2048 requests at once; more would only cost memory.
      pooling: {
        coreConnectionsPerHost: { [types.distance.local]: 1, [types.distance.remote]: 0 },
        heartBeatInterval: 5_000,
      },
      socketOptions: { connectTimeout: 2_000, readTimeout: 2_000 },
      queryOptions: { consistency: types.consistencies.localQuorum, isIdempotent: true, prepare: true },
      policies: {
        retry: new RepeatOnOtherNode(),
        reconnection: new policies.reconnection.ExponentialReconnectionPolicy(250, 5_000, true),
        // A node that is frozen answers nothing, not even an error.
        speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(500, 1),
      },
    })
    try {
      await client.connect()
    } catch (error) {
      await client.shutdown().catch(() => undefined)
      throw error
    }
    return client
  }

  private anyNodeUp(client: Client): boolean {
    return client.hosts.values().some((host) => host.isUp())
  }

  private async connected(timeoutMs: number): Promise<Client> {
    let wake = (): void => undefined
    const connected = new Promise<void>((resolve) => {
      wake = resolve
      this.waiting.push(resolve)
    })
    await Promise.race([connected, pause(timeoutMs, undefined, { ref: false })])
    this.waiting = this.waiting.filter((other) => other !== wake)
    if (this.client === undefined) throw new Unavailable(title, { cause: 'not connected yet' })
    return this.client
  }
}

/** Errors of the ring, not of the statement. */
function unavailable(error: unknown): boolean {
  if (error instanceof errors.NoHostAvailableError || error instanceof errors.OperationTimedOutError) return true
  if (error instanceof errors.BusyConnectionError) return true
  if (!(error instanceof errors.ResponseError)) return false
  const { responseErrorCodes: codes } = types
  return [
    codes.unavailableException,
    codes.overloaded,
    codes.isBootstrapping,
    codes.writeTimeout,
    codes.readTimeout,
    codes.readFailure,
    codes.writeFailure,
    codes.serverError,
  ].includes(error.code)
}
