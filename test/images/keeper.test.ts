import { expect } from 'chai'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const keep = resolve('images/keeper/bin/keep')

/** How an allocation ended, by node, oldest first. */
type Allocations = Record<string, string[]>

/** As much of Nomad's API on a task's unix socket as the keeper asks for. */
class TaskApi {
  readonly jobs: Record<string, { type: string; stop?: boolean; allocations: Allocations }> = {}
  readonly evaluated: string[] = []
  /** How often all jobs were looked at. */
  looks = 0
  private readonly server: Server = createServer((request, response) => {
    const { status, body } = this.answer(request)
    response.writeHead(status).end(JSON.stringify(body))
  })

  listen(socket: string): Promise<void> {
    return new Promise((done) => this.server.listen(socket, done))
  }

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  private answer(request: IncomingMessage): { status: number; body: unknown } {
    if (request.headers['x-nomad-token'] !== 'the-token') return { status: 403, body: 'Permission denied' }
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://nomad')
    if (searchParams.get('namespace') !== 'team') return { status: 404, body: 'no such namespace' }
    const [, , path, name = '', what] = pathname.split('/')
    if (path === 'jobs') {
      this.looks++
      const list = Object.entries(this.jobs).map(([ID, { type, stop }]) => ({ ID, Type: type, Stop: stop ?? false }))
      return { status: 200, body: list }
    }
    const id = decodeURIComponent(name)
    const job = this.jobs[id]
    if (!job) return { status: 404, body: 'job not found' }
    if (request.method === 'POST' && what === 'evaluate') {
      this.evaluated.push(id)
      return { status: 200, body: { EvalID: 'e' } }
    }
    let CreateIndex = 0
    const body = Object.entries(job.allocations).flatMap(([node, ended]) =>
      ended.map((ClientStatus) => ({ NodeID: `id-${node}`, NodeName: node, ClientStatus, CreateIndex: ++CreateIndex })),
    )
    return { status: 200, body: body.reverse() }
  }
}

describe('images/keeper keep', function () {
  this.timeout(60_000)
  let directory: string
  let api: TaskApi
  let child: ChildProcess
  let printed = ''

  const start = (token = 'the-token') => {
    printed = ''
    child = spawn('bash', [keep], {
      env: { ...process.env, NOMAD_SECRETS_DIR: directory, NOMAD_TOKEN: token, NOMAD_NAMESPACE: 'team', EVERY: '0.05' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (printed += text.toString()))
  }

  const until = async (condition: () => boolean) => {
    const end = Date.now() + 30_000
    while (!condition()) {
      if (Date.now() > end) throw new Error(`not within 30 s; it printed: ${printed}`)
      await new Promise((wake) => setTimeout(wake, 10))
    }
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shoal-keeper-'))
    api = new TaskApi()
    await api.listen(join(directory, 'api.sock'))
  })

  afterEach(async () => {
    child.kill('SIGKILL')
    api.close()
    await rm(directory, { recursive: true })
  })

  it('has a system job evaluated whose last allocation on a node failed, and no other', async () => {
    api.jobs['ha proxy'] = { type: 'system', allocations: { n1: ['running'], n2: ['complete', 'failed'] } }
    api.jobs.cassandra = { type: 'system', allocations: { n1: ['failed', 'running'], n2: ['lost'] } }
    api.jobs.old = { type: 'system', stop: true, allocations: { n1: ['failed'] } }
    api.jobs.web = { type: 'service', allocations: { n1: ['failed'] } }
    start()
    await until(() => api.evaluated.length > 0 && api.looks > 2)
    expect(new Set(api.evaluated)).to.deep.equal(new Set(['ha proxy']))
    expect(printed).to.contain('ha proxy failed on n2: having it evaluated')
  })

  it('tries what fails again and again after more and more looks, and at once when it has run meanwhile', async () => {
    api.jobs.haproxy = { type: 'system', allocations: { n1: ['failed'] } }
    start()
    const lookedAt: number[] = []
    for (let n = 1; n <= 4; n++) {
      await until(() => api.evaluated.length >= n)
      lookedAt.push(api.looks)
    }
    expect(lookedAt.slice(1).map((look, i) => look - (lookedAt[i] ?? 0))).to.deep.equal([2, 3, 5])

    api.jobs.haproxy.allocations = { n1: ['failed', 'running'] }
    let looks = api.looks
    await until(() => api.looks > looks + 1)
    api.jobs.haproxy.allocations = { n1: ['failed', 'running', 'failed'] }
    looks = api.looks
    await until(() => api.evaluated.length >= 5)
    expect(api.looks - looks).to.be.at.most(2)
  })

  it('goes on when Nomad does not answer, and says so', async () => {
    start('another')
    await until(() => printed.split("Nomad doesn't list its jobs").length > 3)
    expect(printed).to.contain('Permission denied')
    expect(child.exitCode).to.equal(null)
  })

  it('ends at once, and well, when it is told to', async () => {
    start()
    await until(() => api.looks > 1)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).to.equal(0)
  })
})
