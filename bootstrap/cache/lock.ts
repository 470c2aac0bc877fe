import { dirname } from 'node:path'
import lockfile from 'proper-lockfile'
import { makeFolder } from '../caller.js'

/**
 * Runs `work` while holding a lock beside `path` (`<path>.lock`); waits while another process holds it. A process that
 * died is noticed after 20 s.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(path))
  const release = await lockfile.lock(path, {
    realpath: false,
    stale: 20_000,
    update: 4_000,
    retries: { forever: true, factor: 1, minTimeout: 200, maxTimeout: 200 },
  })
  try {
    return await work()
  } finally {
    await release()
  }
}
