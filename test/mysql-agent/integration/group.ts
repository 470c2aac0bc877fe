import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Instance } from './instance'
import { endMarked, endOnSignals, groupId, MARK, sweep } from './leftovers'
import { buildAgent, consulBinary, mysqlRoot, refresh, requireParts, until } from './parts'
import { stoodStill } from './running-time'

export { Instance } from './instance'
export { mysqlRoot, passwords, until } from './parts'

/**
 * A group of instances with its own Consul: real parts on loopback addresses. mysqld is the one of images/mysql, in the
 * folder that the image was unpacked into (SHOAL_MYSQL_ROOT); the agent is built anew; Consul is an agent in development
 * mode (SHOAL_CONSUL, or the one in the cache). Needs root.
 */
export class Group {
  readonly id: string
  readonly instances: Instance[] = []
  /** Program that runs the agents: a Node that their user may read, wherever the one of this process is. */
  readonly node: string
  /** The built agent. */
  agent = ''
  private readonly folder: string
  private readonly work: (() => Promise<unknown>)[] = []
  private consul: ChildProcess | undefined

  /**
   * @param net a number of its own in this process, 0 to 255
   * @param agentEnv more for each agent's environment
   */
  constructor(
    private readonly net: number,
    public count: number,
    readonly agentEnv: Readonly<Record<string, string>> = {},
  ) {
    this.id = groupId(net)
    this.folder = join(mysqlRoot, 'run', this.id)
    this.node = join(this.folder, 'node')
    for (let number = 2; number < 2 + count; number++) this.instances.push(new Instance(this, number))
  }

  /** A loopback address. Tests that run at the same time, of other working copies too, have others. */
  address(number: number): string {
    return `127.${2 + (process.pid % 250)}.${this.net}.${number}`
  }

  get consulAddress(): string {
    return `http://${this.address(1)}:18500`
  }

  async start(): Promise<void> {
    requireParts()
    endOnSignals(this.id)
    await sweep()
    await refresh('mysql/mysqld.cnf', 'etc/shoal/mysqld.cnf')
    await refresh('mysql/mysqld-run', 'usr/local/bin/mysqld-run')
    await rm(this.folder, { recursive: true, force: true })
    await mkdir(this.folder, { recursive: true })
    await chmod(this.folder, 0o755)
    await copyFile(process.execPath, this.node)
    this.agent = await buildAgent(this.folder)
    await this.startConsul()
    for (const instance of this.instances) await instance.prepare()
    await Promise.all(this.instances.map((instance) => instance.start()))
  }

  private async startConsul(): Promise<void> {
    const log = openSync(join(this.folder, 'consul.log'), 'a')
    const address = this.address(1)
    const off = ['-grpc-port=-1', '-grpc-tls-port=-1', '-dns-port=-1']
    const child = spawn(
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
        ...off,
      ],
      { env: { ...process.env, [MARK]: this.id }, stdio: ['ignore', log, log] },
    )
    closeSync(log)
    this.consul = child
    let failed = ''
    child.once('error', (error) => (failed = error.message))
    child.once('exit', (code, signal) => (failed = `it ended with ${code ?? signal}`))
    const leader = async () => {
      if (failed !== '') return { problem: failed }
      const reply = await fetch(`${this.consulAddress}/v1/status/leader`)
      return (await reply.text()).length > 4 && { problem: '' }
    }
    const { problem } = await until('Consul has a leader', 60, leader)
    if (problem !== '') throw new Error(`Consul (${consulBinary}) doesn't run: ${problem}`)
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

  /** Something that works on the group and has to end with it: how. */
  endWith(end: () => Promise<unknown>): void {
    this.work.push(end)
  }

  /** The ends of all logs, for a person who wants to know why a test failed. */
  async lastWords(lines = 40): Promise<string> {
    const logs = this.instances.flatMap(({ name }) => [`${name}/mysqld.log`, `${name}/agent.log`])
    const words = [...logs, 'consul.log'].map(async (log) => {
      const text = await readFile(join(this.folder, log), 'utf8').catch(() => '')
      return text === '' ? [] : [`--- the end of ${log}`, ...text.split('\n').slice(-lines)]
    })
    const still = stoodStill().map((when) => `--- the machine stood still for ${when}`)
    return [...(await Promise.all(words)).flat(), ...still].join('\n')
  }

  /** Ends all that it has started, in whatever state a failed test has left it, and removes it (unless KEEP is set). */
  async stop(): Promise<void> {
    // What works on the group fails when it goes.
    const work = Promise.allSettled(this.work.map((end) => end()))
    await endMarked((id) => id === this.id)
    await work
    if (process.env['KEEP'] === undefined) await rm(this.folder, { recursive: true, force: true })
  }
}

const firstLines = (text: string, count: number): string => text.split('\n').slice(0, count).join('\n')

/**
 * Starts a group before the tests of a suite and ends it after them. When a test fails, the ends of the logs are printed,
 * and the tests after it, which begin where it ended, are left out.
 * @param ready what else comes before the tests
 */
export function withGroup(
  suite: Mocha.Suite,
  group: Group,
  ready: () => Promise<unknown> = () => Promise.resolve(),
): void {
  suite.bail(true)
  // Each wait has a deadline of its own, which a machine that stands still doesn't use up; this one goes on meanwhile.
  suite.timeout(900_000)
  before(async () => {
    try {
      await group.start()
      await ready()
    } catch (error) {
      console.log(await group.lastWords())
      throw error
    }
  })
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return
    console.log(await group.lastWords())
    // What is told at the end of the run has the most important of it.
    const { err } = this.currentTest
    if (err) err.stack = [firstLines(err.stack ?? err.message, 6), await group.lastWords(6)].join('\n')
  })
  after(() => group.stop())
}
