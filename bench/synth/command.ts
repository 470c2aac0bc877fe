import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageNames } from '../../stacks/settings'
import type { Contender } from './contender'

const root = join(__dirname, '..', '..')

/** `cdktf synth` as people run it: of the platform, and of a bare app that is started the same way. */
export function commands(folder: string, ready: string): Contender[] {
  const images = join(folder, 'images.json')
  writeFileSync(images, JSON.stringify(Object.fromEntries(imageNames.map((name) => [name, `registry:5000/${name}:1`]))))
  return [
    command('cdktf synth, platform', root, { SHOAL_IMAGES: images }),
    command('cdktf synth, bare', bareProject(join(folder, 'bare'), ready), {}),
  ]
}

function bareProject(folder: string, ready: string): string {
  mkdirSync(folder)
  const settings = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')) as { readonly app: string }
  const app = settings.app.replace('stacks/main.ts', 'main.ts')
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ ...settings, app }))
  const work = `prepare(process.env.CDKTF_OUTDIR ?? 'cdktf.out', ${JSON.stringify(ready)})()`
  writeFileSync(join(folder, 'main.ts'), `import { prepare } from '../../ready'\n${work}\n`)
  return folder
}

function command(name: string, cwd: string, more: Readonly<Record<string, string>>): Contender {
  const env = { ...process.env, ...more, CHECKPOINT_DISABLE: '1', CI: '1' }
  const run = () => {
    const before = performance.now()
    const text = execFileSync('bash', ['-c', 'npx cdktf synth >&2 && times'], {
      cwd,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const time = performance.now() - before
    // the second line is of the shell's children: 0m2.547s 0m0.421s
    const all = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
    const cpu = all.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0)
    return { cpu, time, main: 0, process: cpu, megabytes: 0, result: '' }
  }
  return { name, run, runs: [] }
}
