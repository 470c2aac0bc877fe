import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Agent } from '../agent.js'
import * as answers from '../answers.js'
import { authorised, groupToken } from '../peers.js'
import { Busy } from '../turn.js'
import { control } from './control.js'
import { local } from './local.js'
import { metrics } from './metrics.js'
import { freshStatus } from './status.js'

const JSON_TYPE = { 'content-type': 'application/json' }

function answer(response: ServerResponse, given: answers.Answer): void {
  response.writeHead(given.status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${given.reason}\n`)
}

async function handle(agent: Agent, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent')
  if (url.pathname.startsWith('/control/')) {
    if (!authorised(request.headers.authorization, token)) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('this is for the other agents of the group\n')
      return
    }
    return control(agent, url.pathname.slice('/control/'.length), request, response)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') {
    response.writeHead(405, { allow: 'GET, HEAD, OPTIONS' }).end()
    return
  }
  const given = url.searchParams.get('max_lag') ?? '5s'
  const maxLag = answers.duration(given)
  if (maxLag === undefined) {
    response
      .writeHead(400, { 'content-type': 'text/plain' })
      .end(
        `max_lag is not a duration\n  given    ${given}\n  allowed  5, 5s, 500ms, 1m\n  do       ask for ${url.pathname}?max_lag=5s\n`,
      )
    return
  }
  switch (url.pathname) {
    case '/health':
      return answer(response, answers.health(agent.standing()))
    case '/primary':
      return answer(response, answers.primary(agent.standing()))
    case '/replica':
      return answer(response, answers.replica(agent.standing(), maxLag))
    case '/read':
      return answer(response, answers.read(agent.standing(), maxLag))
    case '/status':
      // Others decide by this answer: what it says of mysqld must be newer than their question.
      response.writeHead(200, JSON_TYPE).end(`${JSON.stringify(await freshStatus(agent))}\n`)
      return
    case '/metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics(agent))
      return
    default:
      response
        .writeHead(404, { 'content-type': 'text/plain' })
        .end('/health /primary /replica /read /status /metrics\n')
  }
}

function safely(agent: Agent, work: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    work(request, response).catch((error: unknown) => {
      agent.log.error({ error: String(error), url: request.url }, 'a request failed')
      const status = error instanceof Busy ? 409 : 500
      if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' })
      response.end(`${error instanceof Error ? error.message : String(error)}\n`)
    })
  }
}

/** Listens for everybody on the port, and for a person's commands on a Unix socket inside the task. */
export async function serve(agent: Agent): Promise<() => void> {
  const { settings } = agent
  const token = groupToken(settings.passwords.agent)
  const open = createServer(safely(agent, (request, response) => handle(agent, token, request, response)))
  const inside = createServer(safely(agent, (request, response) => local(agent, request, response)))
  await listening(open, () => open.listen(settings.agentPort, settings.agentBind))
  rmSync(settings.controlSocket, { force: true })
  await listening(inside, () => inside.listen(settings.controlSocket))
  chmodSync(settings.controlSocket, 0o600)
  return () => {
    for (const server of [open, inside]) {
      server.close()
      server.closeAllConnections()
    }
  }
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
    start()
  })
}
