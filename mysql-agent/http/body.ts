import type { IncomingMessage } from 'node:http'

/**
 * Reads a JSON body.
 * @throws when it is larger than 1 MiB or not JSON
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > 1024 * 1024) throw new Error('the body is larger than 1 MiB')
    parts.push(part)
  }
  return size === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown)
}
