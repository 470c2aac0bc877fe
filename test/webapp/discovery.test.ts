import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { pino } from 'pino'
import { Discovery, type WatchedService } from '../../webapp/services/discovery.js'

/** Consul's health endpoint with blocking queries, as far as a watch needs it. */
class FakeConsul {
  readonly requests: { url: URL; token: unknown }[] = []
  private index = 10
  private instances: string[] = []
  private failing = 0
  private waiting: (() => void)[] = []
  private readonly server: Server = createServer((request, response) => this.answer(request, response))

  async start(): Promise<URL> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`)
  }

  set(instances: string[], index = this.index + 1): void {
    this.instances = instances
    this.index = index
    for (const wake of this.waiting.splice(0)) wake()
  }

  failNext(times: number): void {
    this.failing = times
    for (const wake of this.waiting.splice(0)) wake()
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://consul')
    this.requests.push({ url, token: request.headers['x-consul-token'] })
    const asked = Number(url.searchParams.get('index') ?? 0)
    const send = (): void => {
      if (this.failing > 0) {
        this.failing--
        response.writeHead(500).end('no leader')
        return
      }
      const body = this.instances.map((address, i) => {
        const [host = '', port = ''] = address.split(':')
        // Every other instance has no address of its own: its node's counts then.
        const own = i % 2 === 0 ? host : ''
        return { Node: { Address: host }, Service: { Address: own, Port: Number(port) } }
      })
      response.writeHead(200, { 'content-type': 'application/json', 'x-consul-index': String(this.index) })
      response.end(JSON.stringify(body))
    }
    if (asked === this.index && this.failing === 0) this.waiting.push(send)
    else send()
  }
}

describe('webapp discovery', () => {
  let consul: FakeConsul
  let discovery: Discovery
  let service: WatchedService
  beforeEach(async () => {
    consul = new FakeConsul()
    consul.set(['198.18.0.11:9042', '198.18.0.12:9042'])
    const address = await consul.start()
    discovery = new Discovery({ address, token: 'secret', log: pino({ level: 'silent' }), wait: '5s', backoffMs: 5 })
    service = discovery.watch('cassandra')
  })
  afterEach(() => {
    discovery.stop()
    consul.stop()
  })

  const hosts = (): string =>
    service
      .endpoints()
      .map(({ host }) => host)
      .join(' ')

  it('asks for healthy instances with its token, and follows changes by blocking', async () => {
    await until(() => hosts() === '198.18.0.11 198.18.0.12')
    await until(() => consul.requests.length === 2)
    const [, blocking] = consul.requests
    expect(blocking?.url.pathname).to.equal('/v1/health/service/cassandra')
    expect(blocking?.url.searchParams.get('passing')).to.equal('true')
    expect(blocking?.url.searchParams.get('wait')).to.equal('5s')
    expect(blocking?.url.searchParams.get('index')).to.equal('11')
    expect(blocking?.token).to.equal('secret')
    consul.set(['198.18.0.13:9042'])
    await until(() => hosts() === '198.18.0.13')
  })

  it('tells who listens of each change once', async () => {
    const seen: string[] = []
    service.onChange((endpoints) => seen.push(endpoints.map(({ host }) => host).join(' ')))
    await until(() => seen.length === 1)
    consul.set(['198.18.0.12:9042', '198.18.0.11:9042'])
    consul.set(['198.18.0.14:9042'])
    await until(() => hosts() === '198.18.0.14')
    expect(seen).to.deep.equal(['198.18.0.11 198.18.0.12', '198.18.0.14'])
  })

  it('starts over when the index goes back, as after a restored snapshot', async () => {
    await until(() => hosts().length > 0)
    consul.set(['198.18.0.15:9042'], 3)
    await until(() => hosts() === '198.18.0.15')
    consul.set(['198.18.0.16:9042'], 4)
    await until(() => hosts() === '198.18.0.16')
  })

  it('goes on after errors, and keeps what it knew meanwhile', async () => {
    await until(() => consul.requests.length === 2)
    consul.failNext(3)
    await until(() => consul.requests.length >= 4)
    expect(hosts()).to.equal('198.18.0.11 198.18.0.12')
    consul.set(['198.18.0.17:9042'])
    await until(() => hosts() === '198.18.0.17')
  })

  it('keeps the last addresses when nothing is healthy: they are worth a try', async () => {
    await until(() => hosts().length > 0)
    consul.set([])
    await until(() => consul.requests.length >= 3)
    expect(hosts()).to.equal('198.18.0.11 198.18.0.12')
  })
})

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 8_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it never became true: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
