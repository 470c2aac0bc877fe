import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../problem.js'
import { withLock } from '../cache/lock.js'
import { cacheRoot } from '../paths.js'

/** Folders that a user's PATH may lack, though root's programs are there. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** Absolute path of a program on PATH (or in the system's sbin folders), or undefined. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env.PATH ?? '').split(':').filter(Boolean), ...systemFolders]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Program -> the Debian package that has it; several where a later release moved it: the last one is tried when the first left it missing. */
export type ProgramPackages = Readonly<Record<string, string | readonly [string, string]>>

/**
 * Installs with apt-get the packages of those programs that are missing.
 * @param programs program -> its package, or its package and the one that newer releases have split off
 * @param purpose what they are for, for the error
 * @param machine how programs are found and packages installed; tests give their own. @default this machine
 * @throws Problem when something is missing and can't be installed
 */
export async function ensurePackages(
  programs: ProgramPackages,
  purpose: string,
  { find = findProgram, install = aptInstall }: { find?: typeof findProgram; install?: typeof aptInstall } = {},
): Promise<void> {
  const missing = () => Object.entries(programs).filter(([program]) => find(program) === undefined)
  const tried: string[] = []
  for (const nth of [0, 1] as const) {
    const packages = missing().flatMap(([, names]) => (typeof names === 'string' ? [names] : names)[nth] ?? [])
    const wanted = [...new Set(packages)].filter((name) => !tried.includes(name))
    if (wanted.length === 0) continue
    tried.push(...wanted)
    await install(wanted, purpose)
  }
  const still = missing()
  if (still.length > 0) {
    throw new Problem({
      what: `toolchain: ${still.map(([program]) => program).join(', ')} is missing after its package was installed`,
      given: tried.join(' '),
      do: `see what the package holds: dpkg -L ${tried.join(' ')}`,
    })
  }
}

/**
 * Ends a service that came with a package of which only the program was wanted. Nothing happens where systemd doesn't run.
 * @param run runs a command; tests give their own
 */
export async function stopService(
  unit: string,
  run: (command: string, args: string[]) => Promise<unknown> = (command, args) =>
    execa(command, args, { reject: false }),
  systemd = existsSync('/run/systemd/system'),
): Promise<void> {
  if (systemd) await run('systemctl', ['disable', '--now', '--quiet', unit])
}

/**
 * `apt-get update` and `apt-get install`, without recommended packages.
 * @throws Problem where there is no apt-get, no root, or the installation fails
 */
export async function aptInstall(packages: readonly string[], purpose: string): Promise<void> {
  const byHand = `install it yourself: ${packages.join(' ')}`
  if (findProgram('apt-get') === undefined) {
    throw new Problem({
      what: `toolchain: a package is missing for ${purpose}`,
      given: 'a machine without apt-get',
      allowed: 'Debian or Ubuntu, or a machine that has the programs already',
      do: byHand,
    })
  }
  if (process.getuid?.() !== 0) {
    throw new Problem({
      what: `toolchain: a package is missing for ${purpose}`,
      given: `user ${String(process.getuid?.())}`,
      allowed: 'root, who may install packages',
      do: `run this with sudo, or ${byHand}`,
    })
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await withLock(join(cacheRoot(), 'apt'), async () => {
    await execa('apt-get', ['update', '-q'], { env, reject: false })
    const args = ['install', '-qy', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages]
    const { exitCode, all } = await execa('apt-get', args, { env, all: true, reject: false })
    if (exitCode !== 0) {
      throw new Problem({
        what: `toolchain: apt-get could not install what is needed for ${purpose}`,
        given: `${packages.join(' ')}\n${all.split('\n').slice(-6).join('\n')}`,
        allowed: 'apt sources that have these packages',
        do: 'correct the apt sources or the network, then run it again',
      })
    }
  })
}
