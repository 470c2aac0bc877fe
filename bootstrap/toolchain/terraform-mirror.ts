import { existsSync } from 'node:fs'
import { appendFile, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { give } from '../caller.js'
import { withLock } from '../cache/lock.js'
import { answersWithin } from '../cache/reach.js'
import { hashTree } from '../images/hash.js'
import { buildGo } from './go.js'
import { forgetLocks, providerAddresses, providerHash } from './provider-locks.js'

const version = '2.5.2'
const registry = 'https://registry.terraform.io/.well-known/terraform.json'

/** Where Terraform gets its provider from. */
export interface TerraformProvider {
  /** Checksum of our stand-in, where it is used instead of the real hashicorp/nomad. */
  readonly standIn?: string
  /** For TF_CLI_CONFIG_FILE; undefined where Terraform's own ways work. */
  readonly cliConfig?: string
}

/** What {@link ensureTerraformProvider} works on. */
export interface TerraformProviderOptions {
  readonly root: string
  readonly cache: string
  readonly env?: NodeJS.ProcessEnv
  readonly onProgress: (note: string) => void
  /** Whether Terraform's registry answers; tests put their own here. */
  readonly registryAnswers?: () => Promise<boolean>
  /** Builds the stand-in; tests put their own here. */
  readonly build?: typeof buildGo
}

/**
 * Real provider where Terraform's registry answers or the user's own Terraform configuration says where providers come
 * from; else our stand-in in a filesystem mirror. The mirror's configuration exists only while the stand-in is in use.
 */
export async function ensureTerraformProvider(options: TerraformProviderOptions): Promise<TerraformProvider> {
  const { root, cache, env = process.env, onProgress } = options
  const mirror = join(cache, 'terraform-mirror')
  const cliConfig = join(mirror, 'terraform.rc')
  const answers = options.registryAnswers ?? (() => answersWithin(registry, 4000))
  if ((await hasOwnInstallation(env, cliConfig)) || (await answers())) {
    await rm(cliConfig, { force: true })
    await forgetStandIns(root, mirror)
    return {}
  }
  onProgress(`Terraform's registry doesn't answer: a STAND-IN of ours takes the place of hashicorp/nomad ${version}`)
  const standIn = await withLock(join(mirror, 'mirror'), () => fillMirror(mirror, options))
  await forgetStandIns(root, mirror, standIn)
  await writeFile(cliConfig, mirrorConfig(mirror))
  await give(mirror)
  return { standIn, cliConfig }
}

/** Builds the stand-in unless the mirror has that of the same sources. @returns its checksum */
async function fillMirror(mirror: string, options: TerraformProviderOptions): Promise<string> {
  const sources = join(options.root, 'bootstrap', 'terraform-provider')
  const key = hashTree(sources).slice(0, 16)
  const stamp = join(mirror, 'stand-in')
  const programs = providerAddresses.map((address) =>
    join(mirror, address, version, 'linux_amd64', `terraform-provider-nomad_v${version}`),
  )
  const [first = '', ...others] = programs
  // Also the one that was built before there was a record.
  if (existsSync(first)) await record(mirror, await providerHash(first))
  const current = existsSync(stamp) && (await readFile(stamp, 'utf8')) === key
  if (!current || !programs.every((program) => existsSync(program))) {
    for (const program of programs) await mkdir(dirname(program), { recursive: true })
    const built = join(mirror, '.new-provider')
    // Go builds as the caller.
    await give(mirror)
    await (options.build ?? buildGo)(sources, '.', built, options.onProgress)
    await rename(built, first)
    for (const other of others) {
      // Not over the old one, which may be running.
      await copyFile(first, built)
      await rename(built, other)
    }
    await writeFile(stamp, key)
  }
  const hash = await providerHash(first)
  await record(mirror, hash)
  return hash
}

/** The checksums of all stand-ins that this mirror ever had. */
async function recorded(mirror: string): Promise<readonly string[]> {
  const file = join(mirror, 'stand-ins')
  return existsSync(file) ? (await readFile(file, 'utf8')).trim().split('\n') : []
}

async function record(mirror: string, hash: string): Promise<void> {
  if (!(await recorded(mirror)).includes(hash)) await appendFile(join(mirror, 'stand-ins'), `${hash}\n`)
}

/**
 * Lets the apps of the repository take the provider that there is now: what Terraform wrote down of an earlier stand-in is
 * removed. The entry of a provider that was never a stand-in stays, since its checksum means something to somebody.
 */
async function forgetStandIns(root: string, mirror: string, current?: string): Promise<void> {
  const outdated = (await recorded(mirror)).filter((hash) => hash !== current)
  if (outdated.length === 0) return
  const examples = join(root, 'examples')
  const apps = existsSync(examples) ? (await readdir(examples)).map((name) => join(examples, name)) : []
  for (const app of [root, examples, ...apps]) {
    await forgetLocks(join(app, 'cdktf.out'), (hashes) => hashes.some((hash) => !outdated.includes(hash)))
  }
}

/** A Terraform CLI configuration of the user's that says where providers come from is never overridden. */
async function hasOwnInstallation(env: NodeJS.ProcessEnv, ours: string): Promise<boolean> {
  const file = env.TF_CLI_CONFIG_FILE || join(env.HOME || homedir(), '.terraformrc')
  if (file === ours || !existsSync(file)) return false
  return /^\s*provider_installation\b/m.test(await readFile(file, 'utf8'))
}

const mirrorConfig = (mirror: string): string => {
  const include = providerAddresses.map((address) => JSON.stringify(address)).join(', ')
  return `# Written by bootstrap while Terraform's registry can't be reached: hashicorp/nomad is a stand-in.
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = [${include}]
  }
  direct {
    exclude = [${include}]
  }
}
`
}
