import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Group } from '../../mysql-agent/integration/group'
import type { Instance } from '../../mysql-agent/integration/instance'
import { MARK } from '../../mysql-agent/integration/leftovers'
import { inRoot, mysqlRoot, passwords, refresh, repository, UID } from '../../mysql-agent/integration/parts'

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
    for (const [from, to] of [
      ['mysql-backup/bin', 'usr/local/bin'],
      ['mysql-backup/lib', 'usr/local/lib/shoal-backup'],
    ] as const)
      for (const name of await readdir(join(repository, 'images', from)))
        await refresh(`${from}/${name}`, `${to}/${name}`)
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
    const command = inRoot(`/usr/local/bin/mysql-${program}`, ...args)
    return spawn(command.file, command.args, {
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
        [MARK]: this.group.id,
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

  /** SIGKILL to the archiver and all that it has started. */
  async killArchiver(): Promise<void> {
    const child = this.archiver
    if (child?.pid === undefined) return
    this.archiver = undefined
    const gone = new Promise<void>((done) => child.once('exit', () => done()))
    process.kill(-child.pid, 'SIGKILL')
    await gone
  }
}
