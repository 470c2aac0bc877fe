import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Loaded by mocha before the tests (.mocharc.json): they have a temporary folder of their own, which goes away with all that
// they leave there. cdktf's Testing.synth alone leaves a folder for each stack. Folders of runs that were killed go as well.
const above = tmpdir()
for (const name of readdirSync(above)) {
  const pid = /^shoal-mocha-(\d+)$/.exec(name)?.[1]
  if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(join(above, name))
}
const folder = join(above, `shoal-mocha-${process.pid}`)
mkdirSync(folder, { recursive: true })
process.env['TMPDIR'] = folder
process.once('exit', () => remove(folder))

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Another user's, or something still writes there: the next run sweeps.
  }
}
