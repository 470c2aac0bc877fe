import { request as send } from 'node:http'

export interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Options {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds for the whole exchange. @default 2000 */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/**
 * One HTTP exchange with Node's own client (its `fetch` would cost some megabytes).
 * @throws when the other side doesn't answer in time; an answer of any status is returned
 */
export function request(url: string, options: Options = {}): Promise<Reply> {
  const timeout = AbortSignal.timeout(options.timeout ?? 2000)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal])
  return new Promise((resolve, reject) => {
    const outgoing = send(
      url,
      { method: options.method ?? 'GET', headers: { ...options.headers, connection: 'close' }, signal, agent: false },
      (incoming) => {
        const parts: Buffer[] = []
        incoming.on('data', (part: Buffer) => parts.push(part))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(parts).toString('utf8'),
            headers: incoming.headers,
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(options.body)
  })
}
