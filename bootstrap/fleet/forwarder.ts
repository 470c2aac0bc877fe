/**
 * A program: the site on a port of the host. Spreads TCP connections over the nodes' load balancers and passes over
 * those that don't answer. Usage: forwarder.ts PORT HOST:PORT...
 */
import { connect, createServer, type Socket } from 'node:net'
import { Rotation } from './rotation.js'

const CONNECT_TIMEOUT = 1000

const [port, ...targets] = process.argv.slice(2)
const rotation = new Rotation(targets)

const dial = (target: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const at = target.lastIndexOf(':')
    const socket = connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)), allowHalfOpen: true })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`${target}: no answer`)), CONNECT_TIMEOUT)
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      resolve(socket)
    })
  })

async function serve(client: Socket): Promise<void> {
  client.on('error', () => client.destroy())
  for (const target of rotation.order(Date.now())) {
    try {
      const server = await dial(target)
      rotation.answered(target)
      server.on('error', () => client.destroy())
      client.on('close', () => server.destroy())
      server.on('close', () => client.destroy())
      client.pipe(server).pipe(client)
      return
    } catch {
      rotation.failed(target, Date.now())
    }
  }
  client.end(
    'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 29\r\n\r\nno node of the fleet answers\n',
  )
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => void serve(client))
server.on('error', (error) => {
  console.error(`forwarder: ${error.message}`)
  process.exit(1)
})
server.listen(Number(port), () => console.log(`forwarder: port ${port} to ${targets.join(', ')}`))
