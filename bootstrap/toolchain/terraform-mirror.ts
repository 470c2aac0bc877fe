import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { withLock } from '../cache/lock.js'
import { answersWithin } from '../cache/reach.js'
import { hashTree } from '../images/hash.js'
import { buildGo } from './go.js'

const version = '2.5.2'
const registry = 'https://registry.terraform.io/.well-known/terraform.json'
/** Terraform's and OpenTofu's names for the same provider. */
const addresses = ['registry.terraform.io/hashicorp/nomad', 'registry.opentofu.org/hashicorp/nomad']

/** Where Terraform gets its provider from. */
export interface TerraformProvider {
  /** Whether our stand-in is used instead of the real hashicorp/nomad. */
  readonly standIn: boolean
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
    return { standIn: false }
  }
  onProgress(`Terraform's registry doesn't answer: a STAND-IN of ours takes the place of hashicorp/nomad ${version}`)
  const sources = join(root, 'bootstrap', 'terraform-provider')
  const key = hashTree(sources).slice(0, 16)
  const stamp = join(mirror, 'stand-in')
  const program = (address: string) =>
    join(mirror, address, version, 'linux_amd64', `terraform-provider-nomad_v${version}`)
  await withLock(join(mirror, 'mirror'), async () => {
    const current = existsSync(stamp) && (await readFile(stamp, 'utf8')) === key
    if (current && addresses.every((address) => existsSync(program(address)))) return
    for (const address of addresses) {
      await mkdir(dirname(program(address)), { recursive: true })
    }
    const built = join(mirror, '.new-provider')
    await (options.build ?? buildGo)(sources, '.', built, onProgress)
    const [first = '', ...others] = addresses
    await rename(built, program(first))
    for (const other of others) await writeFile(program(other), await readFile(program(first)), { mode: 0o755 })
    await writeFile(stamp, key)
  })
  await writeFile(cliConfig, mirrorConfig(mirror))
  return { standIn: true, cliConfig }
}

/** A Terraform CLI configuration of the user's that says where providers come from is never overridden. */
async function hasOwnInstallation(env: NodeJS.ProcessEnv, ours: string): Promise<boolean> {
  const file = env.TF_CLI_CONFIG_FILE || join(env.HOME || homedir(), '.terraformrc')
  if (file === ours || !existsSync(file)) return false
  return /^\s*provider_installation\b/m.test(await readFile(file, 'utf8'))
}

const mirrorConfig = (mirror: string): string => {
  const include = addresses.map((address) => JSON.stringify(address)).join(', ')
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
