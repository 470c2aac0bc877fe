import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { App, TerraformStack } from 'cdktf'
import { smallJob } from './small-job'

const source = join(__dirname, 'pack')

/** The program that renders a pack of templates, built once for each version of its source; or why there is none. */
export function buildPeer(): { readonly program: string } | { readonly missing: string } {
  const cache = process.env.SHOAL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shoal')
  const version = createHash('sha256')
  for (const file of ['go.mod', 'go.sum', 'main.go']) version.update(readFileSync(join(source, file)))
  const program = join(cache, 'bench-synth', version.digest('hex').slice(0, 16), 'pack')
  if (existsSync(program)) return { program }
  const env = { ...process.env, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' }
  const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-o', program, '.']
  const built = spawnSync('go', args, { cwd: source, env, encoding: 'utf8' })
  if (built.error) {
    return {
      missing: `the template renderer is built with Go (1.24 or later), which is not on PATH: ${built.error.message}`,
    }
  }
  return built.status === 0 ? { program } : { missing: `go build of bench/synth/pack failed: ${built.stderr.trim()}` }
}

/** A folder with the same small jobs as plain text templates of a pack, and the pack's variables. */
export function writePack(folder: string, count: number): string {
  const pack = join(folder, `pack-${count}`)
  mkdirSync(join(pack, 'templates'), { recursive: true })
  const stack = new TerraformStack(new App({ outdir: join(pack, 'out') }), 'bench')
  for (let n = 0; n < count; n++) {
    const text = template(smallJob(stack, n).render().hcl)
    writeFileSync(join(pack, 'templates', `service-${n}.nomad.tpl`), text)
  }
  const variables = { owner: 'team', count: 2, registry: 'registry.example.com', log_level: 'info' }
  writeFileSync(join(pack, 'variables.json'), JSON.stringify(variables))
  return pack
}

/** A job's text with what differs from place to place taken from variables, as people write their packs. */
function template(hcl: string): string {
  return hcl
    .replace('"team"', '"[[ var "owner" . ]]"')
    .replace('count = 2', 'count = [[ var "count" . ]]')
    .replace('registry.example.com', '[[ var "registry" . ]]')
    .replace('"info"', '"[[ var "log_level" . ]]"')
}
