import { execa } from 'execa'
import { findProgram } from '../toolchain/apt.js'
import { Problem } from '../problem.js'

/**
 * Makes sure that the command runs as root: when it doesn't and sudo can be used, it runs itself again by sudo and leaves
 * with that run's exit code.
 * @throws Problem when there is neither
 */
export async function requireRoot(): Promise<void> {
  if (process.getuid?.() === 0) return
  if (findProgram('sudo') !== undefined && (process.stdin.isTTY || (await sudoWithoutPassword()))) {
    const kept = ['HOME', 'PATH', 'SHOAL_CACHE', 'SHOAL_STATE', 'SHOAL_RELEASES_URL', 'XDG_CACHE_HOME', 'CI']
      .filter((name) => process.env[name] !== undefined)
      .map((name) => `${name}=${process.env[name] ?? ''}`)
    const itself = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
    const { exitCode } = await execa('sudo', ['env', ...kept, ...itself], { stdio: 'inherit', reject: false })
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
