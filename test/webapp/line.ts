import { createConnection as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Endpoint } from '../../webapp/services/discovery.js'

/** A line to a server that can be cut: what HAProxy is without a primary behind it. */
export class Line {
  private server: Server | undefined
  private readonly sockets = new Set<Socket>()
  private whole = true

  async open(to: Endpoint): Promise<void> {
    this.server = createServer((near) => {
      this.sockets.add(near)
      near.on('error', () => near.destroy())
      if (!this.whole) return near.destroy()
      const far = connectTcp(to.port, to.host)
      this.sockets.add(far)
      far.on('error', () => near.destroy())
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
      near.pipe(far).pipe(near)
    })
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve))
  }

  endpoint(): Endpoint {
    const { port } = this.server?.address() as AddressInfo
    return { host: '127.0.0.1', port }
  }

  /** Ends all connections, and every new one. */
  cut(): void {
    this.whole = false
    this.drop()
  }

  repair(): void {
    this.whole = true
  }

  /** Ends all connections; new ones work. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy()
    this.sockets.clear()
  }

  async close(): Promise<void> {
    this.drop()
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)))
  }
}
