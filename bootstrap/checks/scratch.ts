import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { give } from '../caller.js'
import { unmountBelow } from '../fleet/unmount.js'

const NAME = /^shoal-test-(\d+)$/

/**
 * The temporary folder of one test run: everything that it starts finds it as TMPDIR, so that nothing of it stays in the
 * system's (cdktf, for one, leaves a folder there for each stack that a test synthesizes). Sweeps the folders of runs
 * that were killed.
 */
export class Scratch {
  private constructor(
    readonly folder: string,
    private readonly before: string | undefined,
  ) {}

  static async make(): Promise<Scratch> {
    const above = tmpdir()
    await sweep(above)
    const folder = join(above, `shoal-test-${process.pid}`)
    await mkdir(folder, { recursive: true })
    // Whatever the umask is: some tests run programs as other users there.
    await chmod(folder, 0o755)
    await give(folder)
    const scratch = new Scratch(folder, process.env.TMPDIR)
    process.env.TMPDIR = folder
    return scratch
  }

  async remove(): Promise<void> {
    if (this.before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = this.before
    await removeTree(this.folder)
  }
}

async function sweep(above: string): Promise<void> {
  for (const name of await readdir(above)) {
    const pid = NAME.exec(name)?.[1]
    // Another user's is that user's to remove.
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await removeTree(join(above, name)).catch(() => undefined)
  }
}

/** Removes a folder. Agents that were killed leave mounts behind (Nomad's secrets of a task). */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder)
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
