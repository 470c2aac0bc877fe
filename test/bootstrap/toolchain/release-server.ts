import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { strToU8, zipSync } from 'fflate'

/** How a release server of the tests behaves. */
export type Behaviour = 'good' | 'tampered' | 'hanging' | 'hanging halfway' | 'without'

/** A release server on this machine, with one product in one version whose program prints that version. */
export class ReleaseServer {
  /** `METHOD path range` of every request. */
  readonly requests: string[] = []
  readonly archive: Uint8Array
  readonly program: string
  private readonly server: Server

  constructor(
    readonly product: string,
    readonly version: string,
    public behaviour: Behaviour,
  ) {
    this.program = `#!/bin/sh\necho "${product} v${version}"\n`
    // The padding makes a file that is sent in more than one piece.
    this.archive = zipSync({
      [product]: strToU8(this.program),
      padding: new Uint8Array(300_000).map((_, i) => (i * i) % 251),
    })
    this.server = createServer((request, response) => {
      const range = /bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]
      this.requests.push(`${request.method ?? ''} ${request.url ?? ''}${range === undefined ? '' : ` from ${range}`}`)
      if (this.behaviour === 'hanging') return
      const folder = `/${product}/${version}/${product}_${version}`
      if (this.behaviour === 'without') {
        response.writeHead(404).end()
      } else if (request.url === `${folder}_SHA256SUMS`) {
        const sha256 = createHash('sha256').update(this.archive).digest('hex')
        response.end(
          `${'0'.repeat(64)}  ${product}_${version}_darwin_amd64.zip\n${sha256}  ${product}_${version}_linux_amd64.zip\n`,
        )
      } else if (request.url === `${folder}_linux_amd64.zip`) {
        const body = Buffer.from(this.archive)
        if (this.behaviour === 'tampered') body[100] = (body[100] ?? 0) ^ 1
        const start = Number(range ?? 0)
        response.writeHead(range === undefined ? 200 : 206, { 'content-length': body.length - start })
        if (this.behaviour === 'hanging halfway') response.write(body.subarray(start, start + 1000))
        else response.end(body.subarray(start))
      } else {
        response.writeHead(404).end()
      }
    })
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
