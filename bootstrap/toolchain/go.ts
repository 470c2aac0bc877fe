import { execa } from 'execa'
import { chmod, readdir } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import semver from 'semver'
import { asCaller } from '../caller.js'
import { Problem } from '../problem.js'
import { ensurePackages, findProgram } from './apt.js'

/** The Go that is fetched where the machine's own is too old: as a Go module, so a module proxy is all it takes. */
const goVersion = '1.26.8'
const here = dirname(fileURLToPath(import.meta.url))

/** A Go that can build our pinned modules. */
export interface Go {
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

/** What `go.mod` in a folder asks for, as a version with three parts. */
export function wantedGo(folder: string): string {
  const [, version = '1.26'] = /^go (\S+)$/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8')) ?? []
  return semver.coerce(version)?.version ?? '1.26.0'
}

/** Go from PATH when it is new enough; else Debian's, which fetches the Go that is wanted as a module. */
export async function ensureGo(wanted: string, onProgress: (note: string) => void): Promise<Go> {
  const own = findProgram('go') ?? '/usr/local/go/bin/go'
  if (semver.gte(await versionOf(own), wanted)) return { program: own, env: { GOTOOLCHAIN: 'local' } }
  await ensurePackages({ go: 'golang-go' }, 'building from source')
  const helper = findProgram('go') ?? 'go'
  onProgress(`fetching Go ${goVersion}`)
  return { program: await goModule(helper), env: { GOTOOLCHAIN: 'local' } }
}

/** `0.0.0` where there is none. */
async function versionOf(go: string): Promise<string> {
  const { stdout } = await execa(
    go,
    ['env', 'GOVERSION'],
    asCaller({ reject: false, env: { GOTOOLCHAIN: 'local' }, cwd: '/' }),
  )
  return semver.coerce(stdout)?.version ?? '0.0.0'
}

/** Any Go since 1.11 can download golang.org/toolchain, a module that is a whole Go. Modules carry no executable bits. */
async function goModule(helper: string): Promise<string> {
  const module = `golang.org/toolchain@v0.0.1-go${goVersion}.linux-amd64`
  const { stdout, stderr, exitCode } = await execa(
    helper,
    ['mod', 'download', '-json', module],
    asCaller({ reject: false, env: { GOTOOLCHAIN: 'local', GO111MODULE: 'on', GOFLAGS: '' }, cwd: '/' }),
  )
  const folder = /"Dir": "([^"]+)"/.exec(stdout)?.[1]
  if (exitCode !== 0 || folder === undefined) {
    throw new Problem({
      what: `toolchain: Go ${goVersion} could not be fetched`,
      given: (/"Error": "([^"]+)"/.exec(stdout)?.[1] ?? stderr).slice(0, 500),
      allowed: `Go >= ${goVersion} on PATH, or a Go module proxy that answers`,
      do: 'install Go (go.dev/doc/install), or check the network and go env GOPROXY',
    })
  }
  for (const programs of ['bin', 'pkg/tool/linux_amd64']) {
    const path = join(folder, programs)
    const files = await readdir(path).catch(() => [])
    await Promise.all(files.map((file) => chmod(join(path, file), 0o755)))
  }
  return join(folder, 'bin', 'go')
}

/**
 * Builds a program from the pinned module in `bootstrap/toolchain/go/<folder>`, reproducibly.
 * @param output where the program goes
 */
export async function buildGoTool(
  folder: string,
  program: string,
  output: string,
  onProgress: (note: string) => void,
): Promise<void> {
  await buildGo(join(here, 'go', folder), program, output, onProgress)
}

/** `go build` of a package in a module of ours. */
export async function buildGo(
  cwd: string,
  program: string,
  output: string,
  onProgress: (note: string) => void,
): Promise<void> {
  const go = await ensureGo(wantedGo(cwd), onProgress)
  const name = program === '.' ? basename(cwd) : program
  const env = { ...go.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' }
  onProgress(`fetching the modules of ${name}`)
  const listed = await execa(
    go.program,
    ['list', '-mod=readonly', '-deps', program],
    asCaller({ cwd, env, reject: false }),
  )
  const total = listed.stdout.split('\n').length
  const args = ['build', '-v', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', output, program]
  const build = execa(go.program, args, asCaller({ cwd, env, all: true, reject: false }))
  onProgress(`building ${name}`)
  let built = 0
  // With -v, go names each package when it is done with it; what its cache has is not named.
  for await (const line of build.iterable({ from: 'all' })) {
    if (!/^[\w.]+(\/[\w.~-]+)*$/.test(line)) continue
    built += 1
    if (built % 100 === 0) onProgress(`building ${name}: ${built} of at most ${total} packages`)
  }
  const { exitCode, all } = await build
  if (exitCode !== 0) {
    throw new Problem({
      what: `toolchain: ${program} could not be built`,
      given: all.split('\n').slice(-8).join('\n'),
      allowed: 'a Go module proxy that answers (go env GOPROXY), 4 GB of memory and of disk',
      do: 'correct what the lines say, then run it again; what was built is kept in Go’s own cache',
    })
  }
}
