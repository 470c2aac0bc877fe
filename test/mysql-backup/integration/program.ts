import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chown, cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { mysqlRoot, passwords, type Group, type Instance } from '../../mysql-agent/integration/group'

const UID = 10001
const image = resolve(__dirname, '../../../images/mysql-backup')

const programs = ['archive', 'backup', 'restore', 'rotate'] as const

export interface Ended {
  readonly code: number
  readonly output: string
}

/** A node that keeps backups: where an instance is, with a volume of its own beside it. */
export class Keeper {
  private readonly inside: string
  readonly outside: string
  readonly store: string
  private archiver: ChildProcess | undefined

  constructor(
    private readonly group: Group,
    readonly instance: Instance,
  ) {
    this.inside = instance.outside.slice(mysqlRoot.length)
    this.outside = instance.outside
    this.store = join(this.outside, 'backup')
  }

  get name(): string {
    return this.instance.name
  }

  async prepare(): Promise<void> {
    await cp(join(image, 'bin'), join(mysqlRoot, 'usr/local/bin'), { recursive: true })
    await cp(join(image, 'lib'), join(mysqlRoot, 'usr/local/lib/shoal-backup'), { recursive: true })
    for (const folder of ['backup', ...programs.map((name) => `secrets-${name}`)]) {
      await mkdir(join(this.outside, folder), { recursive: true })
      await chown(join(this.outside, folder), UID, UID)
    }
    for (const name of programs) await this.givePasswords(name)
  }

  private async givePasswords(program: string): Promise<void> {
    const file = join(this.outside, `secrets-${program}`, 'mysql.json')
    await writeFile(file, JSON.stringify(passwords), { mode: 0o600 })
    await chown(file, UID, UID)
  }

  /** The socket that a program finds Nomad's API at. */
  apiSocket(program: string): string {
    return join(this.outside, `secrets-${program}`, 'api.sock')
  }

  private spawn(program: string, args: readonly string[], env: Record<string, string>): ChildProcess {
    // The scripts need /proc (for /dev/fd), which the scratch root has not got of its own.
    const inRoot = `mount -t proc proc ${mysqlRoot}/proc && exec chroot --userspec=${UID}:${UID} ${mysqlRoot} "$@"`
    return spawn('unshare', ['--mount', 'sh', '-c', inRoot, 'sh', `/usr/local/bin/mysql-${program}`, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: as in a container, nothing of it outlives it.
      detached: true,
      env: {
        PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        NODE_NAME: this.name,
        NODE_ADDRESS: this.instance.host,
        MYSQL_DATA: join(this.inside, 'volume'),
        BACKUP_DIR: join(this.inside, 'backup'),
        NOMAD_SECRETS_DIR: join(this.inside, `secrets-${program}`),
        CONSUL_HTTP_ADDR: this.group.consulAddress,
        ARCHIVE_INTERVAL: '1',
        ...env,
      },
    })
  }

  /** Runs a program of the image to its end. */
  run(program: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
    const child = this.spawn(program, args, env)
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    return new Promise((done) => child.once('close', (code) => done({ code: code ?? -1, output })))
  }

  startArchiver(): void {
    this.archiver = this.spawn('archive', [], {})
    const log = createWriteStream(join(this.outside, 'archive.log'), { flags: 'a' })
    this.archiver.stdout?.pipe(log)
    this.archiver.stderr?.pipe(log)
  }

  async stopArchiver(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.archiver
    if (child === undefined) return
    this.archiver = undefined
    const gone = new Promise<void>((done) => child.once('exit', () => done()))
    if (signal === 'SIGKILL') process.kill(-(child.pid ?? 0), signal)
    else child.kill(signal)
    await gone
  }
}
