import { execa } from 'execa'
import { mkdir } from 'node:fs/promises'
import { constants } from 'node:os'
import { cacheRoot } from '../paths.js'
import { findProgram } from '../toolchain/apt.js'
import { kept } from './kept.js'
import { Problem } from '../problem.js'

/**
 * Makes sure that the command runs as root: when it doesn't and sudo can be used, it runs itself again by sudo and leaves
 * with that run's exit code.
 * @throws Problem when there is neither
 */
export async function requireRoot(): Promise<void> {
  if (process.getuid?.() === 0) return
  if (findProgram('sudo') !== undefined && (process.stdin.isTTY || (await sudoWithoutPassword()))) {
    // Made by root it would be root's, and perhaps ~/.cache with it, where the user's own programs want to write.
    // Where only root may make it, root will, and hand it over.
    await mkdir(cacheRoot(), { recursive: true }).catch(() => undefined)
    const itself = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
    process.exit(await bySudo(['env', ...kept(process.env), ...itself]))
  }
  throw new Problem({
    what: "This needs root: a fleet is made of network namespaces, cgroups and mounts, and its tokens are root's",
    given: `user ${process.env.USER ?? String(process.getuid?.())}, and no sudo that works without a password`,
    allowed: 'root, or a user who may sudo',
    do: 'run it with sudo',
  })
}

/**
 * Runs a command by sudo, and lives as long as it does: an interrupt from the keyboard reaches both, and what was begun may
 * come to its end. @returns its exit code
 */
export async function bySudo(command: readonly string[], sudo = 'sudo'): Promise<number> {
  const why = '[sudo] networks, cgroups and mounts need root; password for %p: '
  const child = execa(sudo, ['-p', why, ...command], { stdio: 'inherit', reject: false })
  const ignore = () => {}
  const passOn = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn)
  try {
    const { exitCode, signal } = await child
    return exitCode ?? (signal === undefined ? 1 : 128 + constants.signals[signal])
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn)
  }
}

async function sudoWithoutPassword(): Promise<boolean> {
  const { exitCode } = await execa('sudo', ['-n', 'true'], { reject: false })
  return exitCode === 0
}
