import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { execa } from 'execa'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../problem.js'
import { withLock } from '../cache/lock.js'
import { ensurePackages, findProgram } from '../toolchain/apt.js'

/** The Docker engine that builds images: ours alone, with its layers in the cache, without a network of its own. */
export interface Builder {
  /** `unix://...`, for DOCKER_HOST. */
  readonly host: string
  /** Runs a docker command; rejects with a Problem that holds the end of its output. */
  docker(args: readonly string[], options?: DockerOptions): Promise<string>
}

/** How {@link Builder.docker} runs. */
export interface DockerOptions {
  /** Called with every line of output. */
  readonly onLine?: (line: string) => void
}

/** Starts the builder unless it runs, hands it to `work`, and stops it when nobody else uses it. */
export async function withBuilder<T>(cache: string, work: (builder: Builder) => Promise<T>): Promise<T> {
  await ensurePackages({ dockerd: 'docker.io', docker: ['docker.io', 'docker-cli'] }, "the builder's Docker engine")
  const engine = new Engine(cache)
  await engine.acquire()
  try {
    return await work({ host: engine.host, docker: (args, options) => docker(engine.host, args, options) })
  } finally {
    await engine.release()
  }
}

class Engine {
  /** Not in the cache: the path of a socket must be short. */
  private readonly run: string
  private readonly users: string
  private readonly me: string

  constructor(private readonly cache: string) {
    this.run = join('/run', `shoal-builder-${createHash('sha256').update(cache).digest('hex').slice(0, 8)}`)
    this.users = join(this.run, 'users')
    this.me = join(this.users, String(process.pid))
  }

  get host(): string {
    return `unix://${this.run}/docker.sock`
  }

  async acquire(): Promise<void> {
    // Before the lock, which would make it the caller's: whoever owns it could put another socket there.
    await mkdir(this.users, { recursive: true })
    await withLock(join(this.run, 'engine'), async () => {
      await writeFile(this.me, '')
      if (!(await answers(this.host))) await this.start()
    })
  }

  async release(): Promise<void> {
    await withLock(join(this.run, 'engine'), async () => {
      await rm(this.me, { force: true })
      for (const pid of await readdir(this.users)) {
        if (isAlive(Number(pid))) return
        await rm(join(this.users, pid), { force: true })
      }
      await this.stop()
    })
  }

  private async start(): Promise<void> {
    await this.stop()
    const data = join(this.cache, 'images', 'docker')
    await mkdir(data, { recursive: true })
    const log = join(this.cache, 'images', 'docker.log')
    const output = openSync(log, 'w')
    const dockerd = findProgram('dockerd') ?? 'dockerd'
    const child = spawn(
      dockerd,
      [
        ...['--host', this.host, '--data-root', data, '--exec-root', join(this.run, 'exec')],
        ...['--pidfile', this.pidFile, '--containerd-namespace', 'shoal-builder'],
        ...['--containerd-plugins-namespace', 'shoal-builder-plugins'],
        ...['--bridge', 'none', '--iptables=false', '--ip-masq=false', '--insecure-registry', '198.18.0.0/15'],
      ],
      { detached: true, stdio: ['ignore', output, output] },
    )
    let ended = false
    child.once('exit', () => (ended = true)).once('error', () => (ended = true))
    child.unref()
    const deadline = Date.now() + 60_000
    while (!(await answers(this.host))) {
      if (ended || Date.now() > deadline) {
        throw new Problem({
          what: "images: the builder's Docker engine doesn't start",
          given: readFileSync(log, 'utf8').split('\n').slice(-6).join('\n'),
          allowed: 'a kernel with overlayfs and cgroups, and root',
          do: `see ${log}`,
        })
      }
      await delay(100)
    }
  }

  private get pidFile(): string {
    return join(this.run, 'docker.pid')
  }

  private async stop(): Promise<void> {
    if (!existsSync(this.pidFile)) return
    const pid = Number(readFileSync(this.pidFile, 'utf8'))
    if (isEngine(pid, this.host)) {
      process.kill(pid, 'SIGTERM')
      const deadline = Date.now() + 20_000
      while (isAlive(pid) && Date.now() < deadline) await delay(50)
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
    await rm(this.pidFile, { force: true })
  }
}

/** A pid may belong to something else by now: only a process that was started for this socket is ours. */
function isEngine(pid: number, host: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(host)
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

async function answers(host: string): Promise<boolean> {
  const { exitCode } = await execa('docker', ['--host', host, 'version'], { reject: false, timeout: 5000 })
  return exitCode === 0
}

async function docker(host: string, args: readonly string[], { onLine }: DockerOptions = {}): Promise<string> {
  // Classic builder: the one that every docker.io has.
  const env = { DOCKER_HOST: host, DOCKER_BUILDKIT: '0' }
  const command = execa('docker', args, { env, all: true, reject: false })
  if (onLine) for await (const line of command.iterable({ from: 'all' })) onLine(line)
  const { exitCode, all } = await command
  if (exitCode !== 0) {
    throw new Problem({
      what: `images: docker ${args[0] ?? ''} failed`,
      given: `docker ${args.join(' ')}\n${all.split('\n').slice(-15).join('\n')}`,
      do: 'correct what the last lines say, then run it again; what was built is kept',
    })
  }
  return all
}
