import type { Fleet } from './fleet'

/** A node's answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

/** Nomad or Consul: the first server that answers will do, because the drill takes some of them away. */
export class Api {
  constructor(
    private readonly fleet: Fleet,
    private readonly port: number,
    private readonly headers: Record<string, string>,
  ) {}

  static nomad = (fleet: Fleet): Api => new Api(fleet, 4646, { 'X-Nomad-Token': fleet.nomadToken })
  static consul = (fleet: Fleet): Api => new Api(fleet, 8500, { 'X-Consul-Token': fleet.consulToken })

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path)
  }

  /** @throws ApiError for an answer that is no success; the last failure when no server answers */
  async send<T>(method: Method, path: string, body?: unknown): Promise<T> {
    let failure: unknown
    for (const server of this.fleet.servers) {
      try {
        return await this.sendTo<T>(server, method, path, body)
      } catch (error) {
        failure = error
        // A server without a leader answers 500: the next one may know better.
        if (error instanceof ApiError && error.status < 500) throw error
      }
    }
    throw failure
  }

  /** Asks one node. */
  async sendTo<T>(node: number, method: Method, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`http://${this.fleet.address(node)}:${this.port}/v1${path}`, {
      method,
      headers: this.headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(3000),
    })
    const text = await response.text()
    if (!response.ok) throw new ApiError(response.status, `${method} ${path}: ${response.status} ${text.slice(0, 200)}`)
    return (/^[[{"]/.test(text) ? JSON.parse(text) : text) as T
  }
}
