import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod/mini'
import type { Agent } from '../agent.js'
import { promote } from '../promote.js'
import { readJson } from './body.js'

const promoteSchema = z.object({ instance: z.optional(z.string()), force: z.optional(z.boolean()) })
const forgetSchema = z.object({ instance: z.string() })

/** Commands of a person inside the task (`mysql-agent promote`, ...): lines of text, the last one `ok` or `failed`. */
export async function local(agent: Agent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  const say = (line: string): void => void response.write(`${line}\n`)
  try {
    if (request.url === '/status') await groupStatus(agent, say)
    else if (request.url === '/promote') await promote(agent, promoteSchema.parse(await readJson(request)), say)
    else if (request.url === '/stopping') await agent.automatic.handOver('its mysqld is being stopped')
    else if (request.url === '/forget') await forget(agent, forgetSchema.parse(await readJson(request)).instance, say)
    else throw new Error(`there is no command ${request.url ?? ''}`)
    response.end('ok\n')
  } catch (error) {
    agent.log.warn({ command: request.url, error: String(error) }, 'a command failed')
    response.end(`${error instanceof Error ? error.message : String(error)}\nfailed\n`)
  }
}

async function groupStatus(agent: Agent, say: (line: string) => void): Promise<void> {
  const record = await agent.consul.primary()
  const row = (cells: readonly string[]): void =>
    say(cells.map((cell, at) => (at < 5 ? cell.padEnd([16, 21, 9, 6, 11][at] ?? 0) : cell)).join(' '))
  say(
    record === 'none'
      ? 'no primary is recorded'
      : `primary ${record.value.instance} since ${record.value.since}: ${record.value.reason}`,
  )
  row(['INSTANCE', 'ADDRESS', 'ROLE', 'LAG', 'SEMI-SYNC', 'DOING'])
  for (const member of await agent.consul.members()) {
    const address = `${member.host}:${member.port}`
    const status = await agent.peers.status(member).catch(() => undefined)
    if (status === undefined) {
      row([member.instance, address, 'unknown', '', '', 'its agent does not answer'])
      continue
    }
    const lag = status.mysql?.replica?.lagSeconds
    const semiSync = status.mysql?.semiSync
    const counts = semiSync?.source === true ? `${semiSync.replicas} of ${semiSync.waitCount}` : ''
    row([member.instance, address, status.role, lag === undefined ? '' : `${lag} s`, counts, status.doing])
  }
}

async function forget(agent: Agent, instance: string, say: (line: string) => void): Promise<void> {
  const record = await agent.consul.primary()
  if (record !== 'none' && record.value.instance === instance)
    throw new Error(
      `${instance} is the primary\n  given    ${instance}\n  allowed  an instance whose data is gone for good\n  do       promote another one first`,
    )
  await agent.consul.forget(instance)
  say(`${instance} no longer counts; it joins again by itself when its agent starts`)
}
