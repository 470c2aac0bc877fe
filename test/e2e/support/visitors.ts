import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** A request that did not get its page. */
export interface Failure {
  /** Seconds since the start. */
  readonly at: number
  /** When it had failed, in the same seconds. */
  readonly until: number
  readonly url: string
  readonly keepsConnection: boolean
  /** A status, or what broke. */
  readonly what: string
}

/** A request that got its page. */
export interface Answer {
  /** Seconds since the start. */
  readonly at: number
  /** How long it took. */
  readonly ms: number
}

/** People of one kind. */
export interface Kind {
  readonly urls: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Visitors at each address that keep their connection; half as many open one for each request. */
  readonly each: number
  /** Milliseconds between two requests of a visitor, on average. */
  readonly everyMs: number
}

/**
 * People who go on asking for a page. No request is repeated: a connection that breaks under one is counted, also where a
 * browser would try again by itself.
 */
export class Visitors {
  readonly failures: Failure[] = []
  readonly answers: Answer[] = []
  private readonly start = performance.now()
  private readonly agents: Agent[] = []
  private readonly loops: Promise<void>[] = []
  private stopped = false

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      for (const url of kind.urls) {
        for (let i = 0; i < kind.each; i++) this.loops.push(this.visit(url, kind, true))
        for (let i = 0; i < kind.each / 2; i++) this.loops.push(this.visit(url, kind, false))
      }
    }
  }

  /** Milliseconds that each answer took. */
  get times(): number[] {
    return this.answers.map(({ ms }) => ms)
  }

  /** Since the start. */
  get seconds(): number {
    return (performance.now() - this.start) / 1000
  }

  /** Ends when every visitor has his last answer. */
  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.loops)
    for (const agent of this.agents) agent.destroy()
  }

  private async visit(url: string, { everyMs, headers }: Kind, keepsConnection: boolean): Promise<void> {
    const agent = new Agent({ keepAlive: keepsConnection, maxSockets: 1 })
    this.agents.push(agent)
    while (!this.stopped) {
      await wait(everyMs * (0.5 + Math.random()))
      const begun = performance.now()
      const failure = await ask(url, agent, headers)
      const at = (begun - this.start) / 1000
      if (failure === undefined) this.answers.push({ at, ms: performance.now() - begun })
      else this.failures.push({ at, until: this.seconds, url, keepsConnection, what: failure })
    }
  }
}

/** @returns what went wrong */
function ask(url: string, agent: Agent, headers: Readonly<Record<string, string>>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers, timeout: 15_000 }, (response) => {
      response.resume()
      response.once('end', () =>
        resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode ?? 0}`),
      )
      response.once('error', (error) => resolve(error.message))
    })
    sent.once('timeout', () => sent.destroy(new Error('no answer within 15 s')))
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    sent.end()
  })
}
