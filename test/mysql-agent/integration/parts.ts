import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { runningTime } from './running-time'

export const run = promisify(execFile)

export const repository = resolve(__dirname, '../../..')
const cache = process.env['SHOAL_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'shoal')

/** The folder that images/mysql-backup (mysqld, its tools and the backup's programs) was unpacked into. */
export const mysqlRoot = process.env['SHOAL_MYSQL_ROOT'] || '/tmp/shoal-mysql-root'

const consulPlaces = [process.env['SHOAL_CONSUL'], join(cache, 'bin/consul/1.22.7/consul')]
export const consulBinary = consulPlaces.find((place) => place && existsSync(place)) ?? join(cache, 'bin/consul')

/** The user of every container. */
export const UID = 10001

export const passwords = {
  root_password: "root's \\ password",
  replication_password: 'replication-1',
  agent_password: "agent's-1",
  app_password: 'app-1',
  backup_password: 'backup-1',
}

/** Waits until `check` gives something, with a deadline in seconds (of {@link runningTime}). */
export async function until<T>(what: string, seconds: number, check: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = runningTime() + seconds * 1000
  let last = ''
  for (;;) {
    try {
      const found = await check()
      if (found !== undefined && found !== false) return found
      last = ''
    } catch (error) {
      last = String(error)
    }
    if (runningTime() > deadline) throw new Error(`not within ${seconds} s: ${what} ${last}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** A folder and those that it is in, as far as they exist. */
function above(folder: string): string[] {
  const parent = dirname(folder)
  return [...(existsSync(folder) ? [folder] : []), ...(parent === folder ? [] : above(parent))]
}

/** @throws when something that the tests need isn't there, with what to do; all of it at once */
export function requireParts(): void {
  const problems: string[] = []
  const expect = (found: boolean, what: string, given: string, allowed: string, todo: string): void => {
    if (!found) problems.push(`${what}\n  given    ${given}\n  allowed  ${allowed}\n  do       ${todo}`)
  }
  const all = 'or let bootstrap/test --mysql do all of it'
  const uid = process.getuid?.()
  expect(uid === 0, 'real instances of MySQL need root', `user ${uid}`, 'root', 'run it as root')
  expect(
    existsSync(join(mysqlRoot, 'usr/sbin/mysqld')),
    "the image with mysqld isn't there",
    `SHOAL_MYSQL_ROOT=${mysqlRoot}`,
    'a folder with images/mysql-backup in it',
    `bootstrap/shoal images unpack mysql-backup ${mysqlRoot}, ${all}`,
  )
  const closed = above(mysqlRoot).find((folder) => (statSync(folder).mode & 0o001) === 0)
  expect(
    closed === undefined,
    "the instances' user can't reach its folder",
    `${closed} is closed to others`,
    'folders that everybody may enter (mode +x)',
    'set SHOAL_MYSQL_ROOT (or TMPDIR, for bootstrap/test) to a folder elsewhere',
  )
  expect(
    existsSync(consulBinary),
    'Consul is missing',
    `SHOAL_CONSUL=${process.env['SHOAL_CONSUL'] ?? ''}, and nothing in the cache`,
    'the path of a Consul',
    `set SHOAL_CONSUL, run bootstrap/up once, ${all}`,
  )
  if (problems.length > 0) throw new Error(problems.join('\n\n'))
}

/**
 * Puts a file of images/ into the root where it is another one there: a person who works on a script need not unpack the
 * image again. By a rename, since somebody may be running the old one.
 */
export async function refresh(from: string, to: string): Promise<void> {
  const [source, target] = [join(repository, 'images', from), join(mysqlRoot, to)]
  const [wanted, there] = await Promise.all([readFile(source), readFile(target).catch(() => undefined)])
  if (there !== undefined && wanted.equals(there)) return
  await mkdir(resolve(target, '..'), { recursive: true })
  await copyFile(source, `${target}.${process.pid}`)
  await rename(`${target}.${process.pid}`, target)
}

/**
 * The command that runs a program of the image as its user, with /proc and /dev as in a container. They are mounted where
 * nobody else sees them, and go away with the program.
 */
export function inRoot(program: string, ...args: string[]): { readonly file: string; readonly args: string[] } {
  const script =
    'root=$1 user=$2 && shift 2 && mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && exec chroot --userspec="$user:$user" "$root" "$@"'
  return { file: 'unshare', args: ['--mount', 'sh', '-c', script, 'sh', mysqlRoot, String(UID), program, ...args] }
}

/** Builds the agent into a folder that its user can read, as `agent.mjs`. */
export async function buildAgent(folder: string): Promise<string> {
  const file = join(folder, 'agent.mjs')
  await run('npm', ['run', '--silent', 'build', '-w', 'mysql-agent', '--', `--outfile=${file}`], { cwd: repository })
  return file
}
