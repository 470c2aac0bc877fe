import { execa } from 'execa'
import { mkdir } from 'node:fs/promises'
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
    await mkdir(cacheRoot(), { recursive: true })
    const itself = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
    const { exitCode } = await execa('sudo', ['env', ...kept(process.env), ...itself], {
      stdio: 'inherit',
      reject: false,
    })
    process.exit(exitCode ?? 1)
  }
  throw new Problem({
    what: "This needs root: a fleet is made of network namespaces, cgroups and mounts, and its tokens are root's",
    given: `user ${process.env.USER ?? String(process.getuid?.())}, and no sudo that works without a password`,
    allowed: 'root, or a user who may sudo',
    do: 'run it with sudo',
  })
}

async function sudoWithoutPassword(): Promise<boolean> {
  const { exitCode } = await execa('sudo', ['-n', 'true'], { reject: false })
  return exitCode === 0
}
