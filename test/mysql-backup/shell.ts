import { spawnSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const image = resolve(__dirname, '../../images/mysql-backup')

/** Runs a piece of bash with the image's library, in a folder of its own instead of the volumes. */
export function bash(folder: string, script: string): { out: string; err: string; code: number } {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-euo', 'pipefail', '-c', `. "$BACKUP_LIB/common.sh"\n${script}`, 'test'],
    {
      encoding: 'utf8',
      // More than any of them takes: a script that waits for good fails its test, and does not stop the run.
      timeout: 20_000,
      env: {
        PATH: process.env['PATH'],
        BACKUP_LIB: join(image, 'lib'),
        BACKUP_DIR: folder,
        NODE_NAME: 'node-1',
        NODE_ADDRESS: '127.0.0.1',
        NOMAD_SECRETS_DIR: folder,
        TMPDIR: folder,
        // Nobody listens there.
        CONSUL_HTTP_ADDR: 'http://127.0.0.1:1',
      },
    },
  )
  return { out: stdout, err: stderr, code: status ?? -1 }
}

/** A base backup as far as its manifest goes. */
export function base(folder: string, id: string, finishedEpoch: number): string {
  const place = join(folder, 'base', id)
  mkdirSync(place, { recursive: true })
  const started = `${new Date((finishedEpoch - 10) * 1000).toISOString().slice(0, 19)}Z`
  writeFileSync(join(place, 'manifest.json'), JSON.stringify({ id, finishedEpoch, started }))
  return place
}

/** A stream of archived binary logs: file name to the second of its last change. */
export function stream(folder: string, id: string, heard: number, files: Readonly<Record<string, number>>): void {
  const place = join(folder, 'binlog', id)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'state.json'), JSON.stringify({ source: 's', after: '', archived: '', heard }))
  for (const [name, second] of Object.entries(files)) {
    writeFileSync(join(place, name), 'x')
    utimesSync(join(place, name), second, second)
  }
}
