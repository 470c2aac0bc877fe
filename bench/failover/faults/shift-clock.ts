/**
 * `shift-clock.ts SECONDS`: in the network of a Node process that got SIGUSR1, moves what its `Date` says, by Node's debugger: a WebSocket of
 * one message, for which Node 20 has no client.
 */
import { get, request } from 'node:http'

const seconds = Number(process.argv[2])
const expression = `{
  const Real = (globalThis.drillRealDate ??= Date)
  const shift = ${seconds} * 1000
  globalThis.Date = shift === 0 ? Real : class Date extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + shift) : super(...given) }
    static now() { return Real.now() + shift }
  }
  String(new globalThis.Date().toISOString())
}`

function fail(error: unknown): never {
  console.error(String(error))
  process.exit(1)
}

/** A masked text frame of 126 to 65535 bytes; the mask is zero, so that the bytes go as they are. */
function frame(text: string): Buffer {
  const data = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = 0x81
  head[1] = 0x80 | 126
  head.writeUInt16BE(data.length, 2)
  return Buffer.concat([head, data])
}

function evaluate(url: string): void {
  const { hostname, port, pathname } = new URL(url)
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'c2hvYWwtZHJpbGwtY2xvY2s=',
  }
  const asked = request({ hostname, port, path: pathname, headers })
  asked.on('error', fail)
  asked.on('upgrade', (_, socket) => {
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (!received.includes('"id":1')) return
      if (received.includes('"exceptionDetails"')) fail(received)
      process.exit(0)
    })
    socket.write(frame(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } })))
  })
  asked.end()
}

function look(attempts: number): void {
  const asked = get('http://127.0.0.1:9229/json/list', (response) => {
    let body = ''
    response.on('data', (chunk: Buffer) => (body += chunk.toString()))
    response.on('end', () => {
      const [target] = JSON.parse(body) as { webSocketDebuggerUrl: string }[]
      if (target) evaluate(target.webSocketDebuggerUrl)
      else fail('the process shows nothing to debug')
    })
  })
  asked.on('error', (error) => (attempts > 0 ? setTimeout(() => look(attempts - 1), 100) : fail(error)))
}

setTimeout(() => fail('no answer within 10 s'), 10_000).unref()
look(50)
