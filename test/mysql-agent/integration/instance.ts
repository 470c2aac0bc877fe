import { spawn, type ChildProcess } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import type { Group } from './group'
import { childOf, MARK } from './leftovers'
import { inRoot, mysqlRoot, passwords, repository, run, UID, until } from './parts'

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
    this.host = group.address(number)
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

  /** Starts a program with its output in a log beside the instance. */
  private spawn(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv, user = 0): ChildProcess {
    const log = openSync(join(this.outside, `${name}.log`), 'a')
    try {
      const marked = { ...env, [MARK]: this.group.id }
      return spawn(file, args, { env: marked, stdio: ['ignore', log, log], uid: user, gid: user })
    } finally {
      closeSync(log)
    }
  }

  startMysqld(): Promise<void> {
    const { file, args } = inRoot('/usr/local/bin/mysqld-run')
    this.mysqld = this.spawn('mysqld', file, args, {
      PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NOMAD_ALLOC_DIR: join(this.inside, 'alloc'),
      NOMAD_SECRETS_DIR: join(this.inside, 'secrets'),
      MYSQL_DATA: join(this.inside, 'volume'),
      ADVERTISE_HOST: this.host,
      MYSQL_BIND: this.host,
    })
    return Promise.resolve()
  }

  startAgent(): Promise<void> {
    const { node, agent, agentEnv, consulAddress, count } = this.group
    const env = {
      PATH: process.env['PATH'],
      NOMAD_ALLOC_DIR: join(this.outside, 'alloc'),
      NOMAD_SECRETS_DIR: join(this.outside, 'secrets'),
      NOMAD_TASK_DIR: join(this.outside, 'local'),
      MYSQL_DATA: join(this.outside, 'volume'),
      INSTANCE: this.name,
      ADVERTISE_HOST: this.host,
      AGENT_BIND: this.host,
      MYSQL_INSTANCES: String(count),
      CONSUL_HTTP_ADDR: consulAddress,
      LOG_LEVEL: 'debug',
      ...agentEnv,
    }
    this.agent = this.spawn('agent', node, ['--max-old-space-size=40', agent], env, UID)
    return Promise.resolve()
  }

  async start(): Promise<void> {
    await this.startMysqld()
    await this.startAgent()
  }

  /** SIGKILL to mysqld itself, however often mysqld-run starts it again on the way (it does after a clone). */
  async killMysqld(): Promise<void> {
    const child = this.mysqld
    if (child === undefined) return
    await until(`mysqld of ${this.name} is dead`, 60, () => {
      const pid = this.mysqldPid()
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      return Promise.resolve(child.exitCode !== null || child.signalCode !== null)
    })
    this.mysqld = undefined
  }

  private mysqldPid(): number | undefined {
    return childOf(this.mysqld?.pid ?? -1, 'mysqld')
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
  freeze(what: 'mysqld' | 'agent' | 'both', signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (what !== 'agent') {
      const pid = this.mysqldPid()
      if (pid === undefined) throw new Error(`${this.name} has no mysqld that could get ${signal}`)
      process.kill(pid, signal)
    }
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

  /** The image's own command for a person. @throws with what it said, when it fails */
  async command(...words: string[]): Promise<string> {
    const env = { ...process.env, NOMAD_ALLOC_DIR: join(this.outside, 'alloc') }
    try {
      return (await run(join(repository, 'mysql-agent/mysql-agent'), words, { env })).stdout
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      throw new Error(`mysql-agent ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
    }
  }
}
