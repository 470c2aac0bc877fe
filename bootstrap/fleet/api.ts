import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../problem.js'

export interface ApiOptions {
  readonly token: string
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly body?: unknown
  /** Milliseconds. @default 5000 */
  readonly timeout?: number
}

/** An answer other than 2xx. */
export class ApiError extends Error {
  constructor(
    readonly url: string,
    readonly status: number,
    readonly answer: string,
  ) {
    super(`${url} answered ${status}: ${answer.slice(0, 300)}`)
    this.name = 'ApiError'
  }
}

/** One HTTP API, Consul's or Nomad's, at one address. */
export class Api {
  constructor(
    readonly url: string,
    private readonly header: 'X-Consul-Token' | 'X-Nomad-Token',
    private readonly token: string,
  ) {}

  async get<T>(path: string, timeout?: number): Promise<T> {
    return this.send<T>('GET', path, undefined, timeout)
  }

  /** @throws ApiError on any status but 2xx; the error of fetch when nobody answers */
  async send<T>(method: ApiOptions['method'], path: string, body?: unknown, timeout = 5000): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { [this.header]: this.token },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
    })
    const text = await response.text()
    if (!response.ok) throw new ApiError(this.url + path, response.status, text)
    return (text.startsWith('{') || text.startsWith('[') || text.startsWith('"') ? JSON.parse(text) : text) as T
  }

  /** As `get`, and undefined for whatever fails. */
  async try<T>(path: string, timeout?: number): Promise<T | undefined> {
    return this.get<T>(path, timeout).catch(() => undefined)
  }
}

export interface Wait {
  /** What is waited for, as in: `waited for <what>`. */
  readonly what: string
  /** Seconds. */
  readonly seconds: number
  /** What a person can do when it doesn't come. */
  readonly do: string
}

/**
 * Asks until the answer isn't undefined; an exception counts as not yet.
 *
 * @throws Problem after the deadline, with the last exception's message.
 */
export async function until<T>(wait: Wait, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + wait.seconds * 1000
  let last = 'no answer'
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error instanceof Error ? describe(error) : String(error)
    }
    if (Date.now() > deadline) {
      throw new Problem({
        what: `fleet: waited ${wait.seconds} s for ${wait.what}`,
        given: last,
        allowed: `${wait.seconds} s`,
        do: wait.do,
      })
    }
    await delay(100)
  }
}

const describe = (error: Error): string =>
  error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
