import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'

/**
 * Real parts on loopback addresses: mysqld of images/mysql in a scratch root (SHOAL_MYSQL_ROOT, made by make-root), the built
 * agent, and a Consul agent in development mode (SHOAL_CONSUL). Needs root.
 */
const repository = resolve(__dirname, '../../..')
const cache = process.env['SHOAL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shoal')
export const mysqlRoot = process.env['SHOAL_MYSQL_ROOT'] ?? join(cache, 'mysql-root')
const consulBinary = process.env['SHOAL_CONSUL'] ?? join(cache, 'bin-seed', 'consul')
const UID = 10001

export const passwords = {
  root_password: "root's \\ password",
  replication_password: 'replication-1',
  agent_password: "agent's-1",
  app_password: 'app-1',
  backup_password: 'backup-1',
}

/** Waits until `check` gives something, with a deadline in seconds. */
export async function until<T>(what: string, seconds: number, check: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let last = ''
  for (;;) {
    try {
      const found = await check()
      if (found !== undefined && found !== false) return found
      last = ''
    } catch (error) {
      last = String(error)
    }
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what} ${last}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => child.once('exit', () => done()))
}

/** One instance: mysqld and its agent, each started and stopped by itself. */
export class Instance {
  readonly name: string
  readonly host: string
  private readonly inside: string
  readonly outside: string
  private mysqld: ChildProcess | undefined
  private agent: ChildProcess | undefined

  constructor(
    private readonly group: Group,
    number: number,
  ) {
    this.name = `node-${number}`
    this.host = `127.1.${group.net}.${number}`
    this.inside = join('/run', group.id, this.name)
    this.outside = join(mysqlRoot, this.inside)
  }

  async prepare(): Promise<void> {
    for (const folder of ['', 'volume', 'alloc', 'secrets', 'local']) {
      await mkdir(join(this.outside, folder), { recursive: true })
      await chown(join(this.outside, folder), UID, UID)
    }
    await this.render(passwords)
  }

  /** Writes the passwords' file as Nomad does: whole or not at all. */
  async render(items: Readonly<Record<string, string>>): Promise<void> {
    const file = join(this.outside, 'secrets/mysql.json')
    await writeFile(`${file}.part`, JSON.stringify(items), { mode: 0o600 })
    await chown(`${file}.part`, UID, UID)
    await rename(`${file}.part`, file)
  }

  private log(name: string): number {
    return openSync(join(this.outside, `${name}.log`), 'a')
  }

  logText(name: 'mysqld' | 'agent'): Promise<string> {
    return readFile(join(this.outside, `${name}.log`), 'utf8')
  }

  async startMysqld(): Promise<void> {
    const out = this.log('mysqld')
    const env = {
      PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NOMAD_ALLOC_DIR: join(this.inside, 'alloc'),
      NOMAD_SECRETS_DIR: join(this.inside, 'secrets'),
      MYSQL_DATA: join(this.inside, 'volume'),
      ADVERTISE_HOST: this.host,
      MYSQL_BIND: this.host,
    }
    this.mysqld = spawn('/usr/sbin/chroot', [`--userspec=${UID}:${UID}`, mysqlRoot, '/usr/local/bin/mysqld-run'], {
      env,
      stdio: ['ignore', out, out],
    })
  }

  async startAgent(): Promise<void> {
    const out = this.log('agent')
    const env = {
      PATH: process.env['PATH'],
      NOMAD_ALLOC_DIR: join(this.outside, 'alloc'),
      NOMAD_SECRETS_DIR: join(this.outside, 'secrets'),
      NOMAD_TASK_DIR: join(this.outside, 'local'),
      MYSQL_DATA: join(this.outside, 'volume'),
      INSTANCE: this.name,
      ADVERTISE_HOST: this.host,
      AGENT_BIND: this.host,
      MYSQL_INSTANCES: String(this.group.count),
      CONSUL_HTTP_ADDR: this.group.consulAddress,
      LOG_LEVEL: 'debug',
      ...this.group.agentEnv,
    }
    this.agent = spawn(process.execPath, ['--max-old-space-size=40', join(repository, 'mysql-agent/dist/main.js')], {
      env,
      stdio: ['ignore', out, out],
      uid: UID,
      gid: UID,
    })
  }

  async start(): Promise<void> {
    await this.startMysqld()
    await this.startAgent()
  }

  /** SIGKILL to mysqld itself: its pid is the one in the scratch root's pid file. */
  async killMysqld(): Promise<void> {
    const child = this.mysqld
    if (child === undefined) return
    const pid = Number(await readFile(join(this.outside, 'alloc/mysqld.pid'), 'utf8').catch(() => '0'))
    if (pid > 0)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // it has gone already
      }
    await ended(child)
    this.mysqld = undefined
  }

  async killAgent(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.agent
    if (child === undefined) return
    child.kill(signal)
    await ended(child)
    this.agent = undefined
  }

  async stopMysqld(): Promise<void> {
    this.mysqld?.kill('SIGTERM')
    if (this.mysqld !== undefined) await ended(this.mysqld)
    this.mysqld = undefined
  }

  /** SIGSTOP or SIGCONT to mysqld, to the agent, or to both; mysqld-run goes with mysqld where its container would be paused. */
  async freeze(what: 'mysqld' | 'agent' | 'both', signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const pid = Number(await readFile(join(this.outside, 'alloc/mysqld.pid'), 'utf8'))
    if (what !== 'agent') process.kill(pid, signal)
    if (what !== 'mysqld') this.agent?.kill(signal)
  }

  get agentPid(): number {
    return this.agent?.pid ?? 0
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopMysqld(), this.killAgent('SIGTERM')])
  }

  async wipe(): Promise<void> {
    await rm(join(this.outside, 'volume'), { recursive: true, force: true })
    await this.prepare()
  }

  /** One of the agent's answers. */
  async get(path: string, timeout = 3000): Promise<{ status: number; body: string }> {
    const reply = await fetch(`http://${this.host}:3311${path}`, { signal: AbortSignal.timeout(timeout) })
    return { status: reply.status, body: await reply.text() }
  }

  async status(): Promise<{ role: string; doing: string; mysql?: { executed: string; uuid: string } }> {
    return JSON.parse((await this.get('/status')).body) as { role: string; doing: string }
  }

  connect(user: 'app' | 'root'): Promise<Connection> {
    const root = user === 'root'
    return createConnection({
      ...(root
        ? { socketPath: join(this.outside, 'alloc/mysqld.sock') }
        : { host: this.host, port: 3310, database: 'accounts' }),
      user,
      password: root ? passwords.root_password : passwords.app_password,
      connectTimeout: 2000,
    })
  }

  async query(user: 'app' | 'root', sql: string): Promise<RowDataPacket[]> {
    const connection = await this.connect(user)
    try {
      return (await connection.query<RowDataPacket[]>({ sql, timeout: 5000 }))[0]
    } finally {
      connection.destroy()
    }
  }

  /** The image's own command for a person. */
  command(...words: string[]): string {
    return execFileSync(join(repository, 'mysql-agent/mysql-agent'), words, {
      env: { ...process.env, NOMAD_ALLOC_DIR: join(this.outside, 'alloc') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}

/** A group of instances with its own Consul. */
export class Group {
  readonly id: string
  readonly instances: Instance[] = []
  private consul: ChildProcess | undefined
  private folder = ''

  constructor(
    readonly net: number,
    public count: number,
    /** More for each agent's environment. */
    readonly agentEnv: Readonly<Record<string, string>> = {},
  ) {
    this.id = `it-${process.pid}-${net}`
    for (let number = 2; number < 2 + count; number++) this.instances.push(new Instance(this, number))
  }

  get consulAddress(): string {
    return `http://127.1.${this.net}.1:18500`
  }

  async start(): Promise<void> {
    for (const [what, path] of [
      ["mysqld's scratch root", join(mysqlRoot, 'usr/sbin/mysqld')],
      ['Consul', consulBinary],
      ['the built agent', join(repository, 'mysql-agent/dist/main.js')],
    ] as const)
      if (!existsSync(path))
        throw new Error(
          `${what} is missing\n  given    ${path}\n  allowed  an existing file\n  do       test/mysql-agent/integration/make-root, npm run build -w mysql-agent, or set SHOAL_MYSQL_ROOT and SHOAL_CONSUL`,
        )
    await mkdir(join(mysqlRoot, 'etc/shoal'), { recursive: true })
    await copyFile(join(repository, 'images/mysql/mysqld.cnf'), join(mysqlRoot, 'etc/shoal/mysqld.cnf'))
    await copyFile(join(repository, 'images/mysql/mysqld-run'), join(mysqlRoot, 'usr/local/bin/mysqld-run'))
    await chmod(join(mysqlRoot, 'usr/local/bin/mysqld-run'), 0o755)
    this.folder = await mkdtemp(join(tmpdir(), 'shoal-mysql-'))
    await this.startConsul()
    for (const instance of this.instances) await instance.prepare()
    await Promise.all(this.instances.map((instance) => instance.start()))
  }

  async startConsul(): Promise<void> {
    const address = `127.1.${this.net}.1`
    const out = openSync(join(this.folder, 'consul.log'), 'a')
    this.consul = spawn(
      consulBinary,
      [
        'agent',
        '-dev',
        '-bind',
        address,
        '-client',
        address,
        '-node',
        'test',
        '-log-level',
        'warn',
        '-http-port=18500',
        '-grpc-port=-1',
        '-grpc-tls-port=-1',
        '-dns-port=-1',
      ],
      { stdio: ['ignore', out, out] },
    )
    await until('Consul has a leader', 20, async () => {
      const reply = await fetch(`${this.consulAddress}/v1/status/leader`)
      return (await reply.text()).length > 4
    })
  }

  async pauseConsul(paused: boolean): Promise<void> {
    this.consul?.kill(paused ? 'SIGSTOP' : 'SIGCONT')
  }

  async kv(key: string): Promise<unknown> {
    const reply = await fetch(`${this.consulAddress}/v1/kv/${key}?raw`)
    return reply.status === 404 ? undefined : ((await reply.json()) as unknown)
  }

  async services(name: string): Promise<string[]> {
    const reply = await fetch(`${this.consulAddress}/v1/health/service/${name}?passing`)
    return ((await reply.json()) as { Service: { Address: string } }[]).map((entry) => entry.Service.Address).sort()
  }

  async primary(seconds = 60): Promise<Instance> {
    return until('a writable primary', seconds, async () => {
      for (const instance of this.instances)
        if ((await instance.get('/primary').catch(() => undefined))?.status === 200) return instance
      return undefined
    })
  }

  /** All others follow. */
  async replicas(count: number, seconds = 60): Promise<Instance[]> {
    return until(`${count} replicas`, seconds, async () => {
      const found: Instance[] = []
      for (const instance of this.instances)
        if ((await instance.get('/replica?max_lag=5s').catch(() => undefined))?.status === 200) found.push(instance)
      return found.length === count ? found : undefined
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop()))
    this.consul?.kill('SIGKILL')
    if (process.env['KEEP'] === undefined) {
      await rm(join(mysqlRoot, 'run', this.id), { recursive: true, force: true })
      await rm(this.folder, { recursive: true, force: true })
    }
  }
}
