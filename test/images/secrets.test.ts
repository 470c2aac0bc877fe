import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const generate = resolve('images/secrets/bin/generate')

interface Variable {
  Path: string
  Items: Record<string, string>
  ModifyIndex: number
}

/** Nomad's variables API on a unix socket, as a task sees it. */
class TaskApi {
  readonly variables = new Map<string, Variable>()
  /** Refuses that many writes with 409, as if another run had been quicker. */
  conflicts = 0
  private index = 10
  private readonly server: Server

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response))
  }

  listen(socket: string): Promise<void> {
    return new Promise((done) => this.server.listen(socket, done))
  }

  close(): void {
    this.server.close()
  }

  set(path: string, items: Record<string, string>): void {
    this.variables.set(path, { Path: path, Items: items, ModifyIndex: ++this.index })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://nomad')
    const path = url.pathname.replace('/v1/var/', '')
    const send = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body))
    if (request.headers['x-nomad-token'] !== 'the-token') return send(403, 'Permission denied')
    const found = this.variables.get(path)
    if (request.method === 'GET') return found ? send(200, found) : send(404, 'variable not found')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Variable
    if (this.conflicts > 0) {
      this.conflicts--
      if (!found) this.set(path, { app_password: 'of-the-other-run' })
      return send(409, 'cas error')
    }
    if (Number(url.searchParams.get('cas')) !== (found?.ModifyIndex ?? 0)) return send(409, 'cas error')
    this.set(path, body.Items)
    send(200, this.variables.get(path))
  }
}

describe('images/secrets generate', function () {
  this.timeout(60_000)
  let directory: string
  let api: TaskApi

  const start = (token = 'the-token') =>
    run('bash', [generate], { env: { ...process.env, NOMAD_SECRETS_DIR: directory, NOMAD_TOKEN: token } })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'shoal-secrets-'))
    api = new TaskApi()
    await api.listen(join(directory, 'api.sock'))
  })

  afterEach(async () => {
    api.close()
    await rm(directory, { recursive: true })
  })

  it('makes every variable, with the application password of MySQL in both places, and prints no secret', async () => {
    const { stdout, stderr } = await start()
    const items = (path: string) => api.variables.get(path)?.Items ?? {}
    expect([...api.variables.keys()].sort()).to.deep.equal([
      'shoal/cassandra',
      'shoal/mysql',
      'shoal/posts',
      'shoal/web',
    ])
    expect(items('shoal/mysql')).to.have.all.keys(
      'root_password',
      'replication_password',
      'agent_password',
      'app_password',
      'backup_password',
    )
    expect(items('shoal/web')).to.include({ mysql_user: 'app', mysql_password: items('shoal/mysql')['app_password'] })
    expect(items('shoal/web')['cookie_key']).to.match(/^[\w-]{32}$/)
    expect(items('shoal/posts')['username']).to.equal('posts')
    const values = [...api.variables.values()].flatMap((v) => Object.values(v.Items)).filter((v) => v.length > 20)
    expect(new Set(values).size, 'all different, but for the shared one').to.equal(values.length - 1)
    for (const value of values) expect(stdout + stderr).not.to.contain(value)
  })

  it('keeps what is there on a second run', async () => {
    await start()
    const before = structuredClone([...api.variables])
    const { stdout } = await start()
    expect([...api.variables]).to.deep.equal(before)
    expect(stdout).to.match(/kept shoal\/mysql/)
  })

  it('goes on where a run was interrupted, and adds what a variable lacks', async () => {
    api.set('shoal/mysql', { app_password: 'stored-before', root_password: 'r' })
    await start()
    expect(api.variables.get('shoal/mysql')?.Items).to.include({ app_password: 'stored-before', root_password: 'r' })
    expect(api.variables.get('shoal/mysql')?.Items).to.have.property('backup_password')
    expect(api.variables.get('shoal/web')?.Items).to.include({ mysql_password: 'stored-before' })
  })

  it('takes the value of a run that was quicker', async () => {
    api.conflicts = 1
    await start()
    expect(api.variables.get('shoal/web')?.Items).to.include({ mysql_password: 'of-the-other-run' })
  })

  it('says what to do when it may not', async () => {
    const failure = await start('another').then(
      () => '',
      (error: { stderr: string }) => error.stderr,
    )
    expect(failure).to.match(/can't read the variable shoal\/mysql[\s\S]*given {4}HTTP 403[\s\S]*ACL policy/)
  })
})
