/**
 * Builds the engine's WebAssembly modules from Nomad's pinned Go module, once for each state of `go/` and version of
 * Go, and puts them into `artifacts/`. `--native` builds the native executable as well, `--force` builds again,
 * `--release` compresses as far as it goes (minutes), `--simnodes` builds what the conformance tests register nodes with,
 * `--verify` builds all of it a second time from nothing, and compares the bytes. `GO` names another `go` than PATH's.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { limitMemory } from '../src/memory-limit.js'
import { buildKey } from './sources.js'

const run = promisify(execFile)
const compress = promisify(brotliCompress)
const room = fileURLToPath(new URL('..', import.meta.url))
const source = join(room, 'go')
const cache = join(
  process.env['SHOAL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shoal'),
  'engine',
)
const flags = ['-trimpath', '-buildvcs=false', '-mod=vendor', '-ldflags=-s -w -buildid=']
const modules = ['parser', 'engine']
const environment = { ...process.env, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }

interface Options {
  readonly native: boolean
  readonly force: boolean
  readonly quality: number
}

async function main(args: readonly string[]): Promise<void> {
  const options: Options = {
    native: args.includes('--native'),
    force: args.includes('--force'),
    quality: args.includes('--release') ? 11 : 9,
  }
  const version = await go(source, ['env', 'GOVERSION'])
  const key = await buildKey(source, [version, ...flags, `quality ${options.quality}`, 'memory section with room'])
  const place = join(cache, key)
  const wanted = [...modules.map((name) => `${name}.wasm.br`), ...(options.native ? ['nomad-engine-native'] : [])]
  const missing = options.force ? wanted : await absent(place, wanted)
  if (missing.length > 0) await build(place, missing, options)
  await mkdir(join(room, 'artifacts'), { recursive: true })
  for (const name of wanted) await put(join(place, name), join(room, 'artifacts', name))
  if (args.includes('--simnodes')) await simnodes(version)
  console.log(`engine ${key} (${version}): artifacts/${wanted.join(', artifacts/')}`)
  if (args.includes('--verify')) await verify(place, wanted, options)
}

/** Nothing but Go's own cache of compiled packages is used again. */
async function verify(place: string, wanted: readonly string[], options: Options): Promise<void> {
  const again = `${place}.verify`
  await rm(again, { recursive: true, force: true })
  try {
    await build(again, wanted, options)
    for (const name of wanted) {
      const [one, other] = [await readFile(join(place, name)), await readFile(join(again, name))]
      if (!one.equals(other)) throw new Error(`${name} differs from the build before`)
      console.log(`  ${name}: the same ${one.length} bytes, SHA-256 ${digest(one)}`)
    }
  } finally {
    await rm(again, { recursive: true, force: true })
  }
}

async function simnodes(version: string): Promise<void> {
  const folder = join(room, 'simnodes')
  const place = join(cache, `simnodes-${await buildKey(folder, [version])}`)
  const file = join(place, 'simnodes')
  if ((await absent(place, ['simnodes'])).length > 0) {
    const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', '-o', `${file}.new`, '.']
    await step('simnodes', async () => void (await go(folder, args)))
    await rename(`${file}.new`, file)
  }
  await put(file, join(room, 'artifacts/simnodes'))
}

/** In one step: somebody may be running the file that was there, or reading it. */
async function put(from: string, to: string): Promise<void> {
  const aside = `${to}.${process.pid}`
  await cp(from, aside)
  await rename(aside, to)
}

async function build(place: string, missing: readonly string[], options: Options): Promise<void> {
  const work = `${place}.work-${process.pid}`
  await rm(work, { recursive: true, force: true })
  await mkdir(place, { recursive: true })
  try {
    await step('sources', () => prepare(work))
    for (const name of missing) {
      await step(name, async () => {
        const file = join(work, 'out')
        if (name.endsWith('.wasm.br')) {
          await compile(work, file, name.replace('.wasm.br', ''))
          await pack(file, options.quality)
        } else {
          await go(work, ['build', ...flags, '-o', file, './cmd/engine'])
        }
        await rename(file, join(place, name))
      })
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Takes what is needed from Nomad's module, vendors the rest, and puts the stand-ins in. */
async function prepare(work: string): Promise<void> {
  await cp(source, work, { recursive: true })
  const nomad: unknown = JSON.parse(await go(work, ['mod', 'download', '-json', 'github.com/hashicorp/nomad']))
  if (typeof nomad !== 'object' || nomad === null || !('Dir' in nomad))
    throw new Error('Nomad’s Go module was not found')
  await go(work, ['run', './extract', '-nomad', String(nomad.Dir)])
  await go(work, ['mod', 'vendor'])
  await go(work, ['run', '-mod=vendor', './extract', '-vendored'])
}

async function compile(work: string, file: string, name: string): Promise<void> {
  const env = { GOOS: 'wasip1', GOARCH: 'wasm' }
  await go(work, ['build', ...flags, '-buildmode=c-shared', '-o', file, `./cmd/${name}`], env)
}

async function pack(file: string, quality: number): Promise<void> {
  const text = limitMemory(await readFile(file), 4096)
  console.log(`  ${text.length} bytes, SHA-256 ${digest(text)}`)
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  }
  await writeFile(file, await compress(text, { params }))
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const start = Date.now()
  await work()
  console.log(`  ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

async function go(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { cwd, env: { ...environment, ...env }, maxBuffer: 1 << 26 }
  const { stdout } = await run(process.env['GO'] ?? 'go', args, options)
  return stdout.trim()
}

async function absent(place: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => stat(join(place, name)).catch(() => undefined)))
  return names.filter((_, index) => !found[index])
}

await main(process.argv.slice(2))
