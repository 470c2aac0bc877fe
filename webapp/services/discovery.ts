import { EventEmitter } from 'node:events'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import Consul from 'consul'
import type { Logger } from 'pino'
import { z } from 'zod'

/** One healthy instance of a service. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** The healthy instances of one service, kept up to date. */
export interface WatchedService {
  readonly name: string
  /** Empty until Consul has answered once. */
  endpoints(): readonly Endpoint[]
  /** Calls back after each change. */
  onChange(listener: (endpoints: readonly Endpoint[]) => void): void
}

const answer = z.array(
  z.object({
    Node: z.object({ Address: z.string() }),
    Service: z.object({ Address: z.string(), Port: z.number().int().positive() }),
  }),
)

export interface DiscoveryOptions {
  readonly address: URL
  readonly token?: string
  readonly log: Logger
  /** How long Consul holds a query that has nothing new. @default '60s' */
  readonly wait?: string
  /** First pause after an error, doubled each time, in milliseconds. @default 100, with jitter */
  readonly backoffMs?: number
}

/** Follows services in Consul by blocking queries. Index resets and back-off are the `consul` package's. */
export class Discovery {
  private readonly agent: HttpAgent
  private readonly consul: Consul
  private readonly watches: { end(): void }[] = []

  constructor(private readonly options: DiscoveryOptions) {
    const secure = options.address.protocol === 'https:'
    // One socket per watch stays open: they are long polls.
    this.agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
    this.consul = new Consul({
      host: options.address.hostname.replace(/^\[|\]$/g, ''),
      port: Number(options.address.port || (secure ? 443 : 80)),
      secure,
      agent: this.agent,
      defaults: options.token === undefined ? {} : { token: options.token },
    })
  }

  /** Starts to follow a service. */
  watch(name: string): WatchedService {
    const { log } = this.options
    const service = new Watched(name)
    // Instances of the web tier start together: the jitter keeps them from asking a troubled Consul in step.
    const backoffFactor = (this.options.backoffMs ?? 100) * (0.5 + Math.random())
    const watch = this.consul.watch({
      method: this.consul.health.service,
      options: { service: name, passing: 'true', wait: this.options.wait ?? '60s' },
      backoffFactor,
      backoffMax: 5_000,
    })
    watch.on('change', (data: unknown) => {
      const parsed = answer.safeParse(data)
      if (!parsed.success) {
        log.error({ service: name }, 'Consul answered something that is not a list of services')
        return
      }
      const endpoints = parsed.data.map(({ Node, Service }) => ({
        host: Service.Address || Node.Address,
        port: Service.Port,
      }))
      if (service.update(endpoints)) log.info({ service: name, endpoints }, 'service changed')
    })
    watch.on('error', (error: Error) => log.warn({ service: name, error: error.message }, 'Consul can not be asked'))
    this.watches.push(watch)
    return service
  }

  stop(): void {
    for (const watch of this.watches) watch.end()
    this.agent.destroy()
  }
}

class Watched implements WatchedService {
  private known: readonly Endpoint[] = []
  private readonly changes = new EventEmitter<{ change: [readonly Endpoint[]] }>()

  constructor(readonly name: string) {}

  endpoints(): readonly Endpoint[] {
    return this.known
  }

  onChange(listener: (endpoints: readonly Endpoint[]) => void): void {
    this.changes.on('change', listener)
  }

  /**
   * Keeps what was known when nothing is healthy any more: an address that may be dead is worth a try, no address is worth nothing.
   * True when something changed.
   */
  update(endpoints: readonly Endpoint[]): boolean {
    const sorted = [...endpoints].sort((a, b) => a.host.localeCompare(b.host) || a.port - b.port)
    if (sorted.length === 0 || JSON.stringify(sorted) === JSON.stringify(this.known)) return false
    this.known = sorted
    this.changes.emit('change', sorted)
    return true
  }
}
