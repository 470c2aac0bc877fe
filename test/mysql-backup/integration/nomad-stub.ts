import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Group } from '../../mysql-agent/integration/group'
import type { Keeper } from './program'

/** As much of Nomad's API as a restore asks of it: scaling the job starts and stops the group's processes. */
export class NomadStub {
  private readonly servers: Server[] = []
  private running = true
  /** The nodes whose part of the dispatch runs. */
  readonly taking = new Set<string>()
  readonly scaled: number[] = []
  readonly variables = new Map<string, { Items: Record<string, string>; ModifyIndex: number }>()

  /** Told of each variable that was written. */
  changed: (path: string, items: Readonly<Record<string, string>>) => void = () => undefined

  constructor(
    private readonly group: Group,
    private readonly keepers: readonly Keeper[],
    private readonly program: 'restore' | 'rotate',
  ) {}

  async listen(): Promise<void> {
    for (const keeper of this.keepers) {
      const socket = keeper.apiSocket(this.program)
      await rm(socket, { force: true })
      const server = createServer((request, response) => {
        let body = ''
        request.on('data', (chunk: Buffer) => (body += chunk.toString()))
        request.on('end', () => {
          const answer = (status: number, value: unknown): void => {
            response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
          }
          this.answer(`${request.method} ${request.url}`, body).then(
            (value) => (value === undefined ? answer(404, 'not found') : answer(200, value)),
            (error: unknown) => answer(500, String(error)),
          )
        })
      })
      await new Promise<void>((done) => server.listen(socket, done))
      await chmod(socket, 0o777)
      this.servers.push(server)
    }
  }

  private async answer(asked: string, body: string): Promise<unknown> {
    const allocation = (NodeName: string) => ({ NodeName, ClientStatus: 'running' })
    if (asked === 'GET /v1/job/mysql/allocations')
      return this.running ? this.group.instances.map((one) => allocation(one.name)) : []
    if (asked.startsWith('GET /v1/job/mysql-restore%2Fdispatch-')) return [...this.taking].map(allocation)
    if (asked === 'GET /v1/var/nomad/jobs/mysql') return { Items: { instances: String(this.group.count) } }
    const [, method, path, index] = /^(GET|PUT) \/v1\/var\/(shoal\/[a-z]+)(?:\?cas=(\d+))?$/.exec(asked) ?? []
    if (path !== undefined) {
      const variable = this.variables.get(path)
      if (variable === undefined || method === 'GET') return variable && { Path: path, ...variable }
      if (variable.ModifyIndex !== Number(index)) throw new Error('the variable has changed meanwhile')
      const { Items } = JSON.parse(body) as { Items: Record<string, string> }
      this.variables.set(path, { Items, ModifyIndex: variable.ModifyIndex + 1 })
      this.changed(path, Items)
      return { Path: path, Items }
    }
    if (asked !== 'POST /v1/job/mysql/scale') return undefined
    const { Count } = JSON.parse(body) as { Count: number }
    this.scaled.push(Count)
    if (Count === 0) await Promise.all(this.group.instances.map((one) => one.stop()))
    else await Promise.all(this.group.instances.map((one) => one.start()))
    this.running = Count > 0
    return { EvalID: 'x' }
  }

  /** What a person does before a restore of a group that is down. */
  stopped(): void {
    this.running = false
  }

  close(): void {
    for (const server of this.servers) server.close()
  }
}
