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
  const giveUp = new AbortController()
  // Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect such a timeout as garbage, and it never comes.
  const timer = setTimeout(() => giveUp.abort(), options.timeout ?? 2000)
  const end = (): void => giveUp.abort()
  options.signal?.addEventListener('abort', end)
  if (options.signal?.aborted === true) end()
  return exchange(url, options, giveUp.signal).finally(() => {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', end)
  })
}

function exchange(url: string, options: Options, signal: AbortSignal): Promise<Reply> {
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
