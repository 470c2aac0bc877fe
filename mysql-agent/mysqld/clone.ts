import { createHash } from 'node:crypto'
import { link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GtidSet } from '../gtid.js'
import type { Mysqld } from './connection.js'

export interface Donor {
  readonly host: string
  readonly port: number
  readonly instance: string
}

/**
 * Replaces all data here by a copy of the donor's. mysqld ends with 16 when the copy is there and mysqld-run starts it again, so a
 * lost connection at the end is how success looks.
 */
export async function clone(mysqld: Mysqld, donor: Donor, password: string): Promise<void> {
  await mysqld.session(async (run) => {
    await run('STOP REPLICA')
    // Clone drops what is here, which super_read_only forbids even to it. Ordinary accounts stay out by read_only; an attempt
    // that fails leaves an instance that the next round fences.
    await run('SET GLOBAL read_only = ON')
    await run('SET GLOBAL super_read_only = OFF')
    await run('SET GLOBAL clone_valid_donor_list = ?', [`${donor.host}:${donor.port}`])
    try {
      await run(`CLONE INSTANCE FROM 'replication'@?:${Number(donor.port)} IDENTIFIED BY ?`, [donor.host, password])
    } catch (error) {
      const lost = ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ER_SERVER_SHUTDOWN', 'ER_QUERY_INTERRUPTED']
      if (!(error instanceof Error && 'code' in error && lost.includes(String(error.code)))) throw error
    }
  })
}

/** What a set-aside directory says about itself (`report.json`). */
export interface AsideReport {
  readonly instance: string
  readonly at: string
  /** The transactions that the primary lacks. */
  readonly errant: string
  readonly executed: string
  readonly reason: string
  readonly files: readonly string[]
}

/**
 * Keeps the binary logs of an instance that has transactions nobody else has, before its data is replaced: hard links into
 * `<volume>/aside/<time>-<hash of the GTIDs>/`, so it takes no time and no space until mysqld removes its own. Nothing here is ever removed by the agent.
 * @returns the directory
 */
export async function setAside(
  mysqld: Mysqld,
  volume: string,
  about: { instance: string; executed: GtidSet; errant: GtidSet; reason: string; now: Date },
): Promise<string> {
  const at = about.now.toISOString()
  const hash = createHash('sha256').update(about.executed.toString()).digest('hex').slice(0, 12)
  const folder = join(volume, 'aside')
  await mkdir(folder, { recursive: true })
  // A clone that failed is tried again: what it was about is kept already.
  const before = (await readdir(folder)).find((name) => name.endsWith(`-${hash}`))
  if (before !== undefined) return join(folder, before)
  const place = join(folder, `${at.replace(/[:.]/g, '-')}-${hash}`)
  const work = `${place}.part`
  const files: string[] = []
  await mysqld.session(async (run) => {
    await run('FLUSH BINARY LOGS')
    for (const row of await run('SHOW BINARY LOGS')) files.push(String(row['Log_name']))
  })
  await rm(work, { recursive: true, force: true })
  await mkdir(work)
  for (const file of files) await link(join(volume, 'data', file), join(work, file))
  const report: AsideReport = {
    instance: about.instance,
    at,
    errant: about.errant.toString(),
    executed: about.executed.toString(),
    reason: about.reason,
    files,
  }
  await writeFile(join(work, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`)
  await rename(work, place)
  return place
}
