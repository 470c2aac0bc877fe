import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { request } from '../../mysql-agent/http/request.js'

describe('mysql-agent, an HTTP exchange', () => {
  let server: Server
  let url: string
  before(async () => {
    server = createServer((incoming, reply) => {
      if (incoming.url === '/echo') incoming.pipe(reply.writeHead(201))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const failure = (answer: Promise<unknown>): Promise<string> =>
    answer.then(
      () => 'it succeeded',
      (error: Error) => error.name,
    )

  it('returns an answer of any status', async () => {
    const reply = await request(`${url}/echo`, { method: 'PUT', body: 'words' })
    expect([reply.status, reply.body]).to.deep.equal([201, 'words'])
  })

  it('is given up in time, also where a signal came along and garbage was collected meanwhile', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const collecting = setInterval(collect, 20)
    try {
      const answer = request(`${url}/silent`, { timeout: 300, signal: new AbortController().signal })
      expect(await failure(answer)).to.equal('AbortError')
    } finally {
      clearInterval(collecting)
    }
  })

  it('ends when its signal says so, before it has begun as well', async () => {
    const control = new AbortController()
    const answer = request(`${url}/silent`, { timeout: 60_000, signal: control.signal })
    control.abort()
    expect(await failure(answer)).to.equal('AbortError')
    expect(await failure(request(`${url}/silent`, { timeout: 60_000, signal: control.signal }))).to.equal('AbortError')
  })
})
