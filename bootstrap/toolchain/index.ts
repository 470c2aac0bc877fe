import { cacheRoot, repositoryRoot } from '../paths.js'
import { ensurePackages, findProgram, stopService } from './apt.js'
import { ensureCni } from './cni.js'
import { ensureProgram, type Program } from './program.js'
import { recipes } from './recipes.js'
import { releasesUrl } from './release.js'
import { ensureTerraformProvider, type TerraformProvider } from './terraform-mirror.js'

/** Absolute paths of everything that the fleet and the deployment run. */
export interface Toolchain {
  readonly node: string
  readonly nomad: string
  readonly consul: string
  /** Terraform, or OpenTofu. */
  readonly terraform: string
  readonly dockerd: string
  readonly docker: string
  readonly dockerRegistry: string
  readonly cniPath: string
  readonly terraformProvider: TerraformProvider
  /** `nomad 1.11.3`, ... for people. */
  readonly versions: readonly string[]
  /** Whether everything was there already. */
  readonly cached: boolean
}

/** How the toolchain is found. */
export interface ToolchainOptions {
  /** @default cacheRoot() */
  readonly cache?: string
  /** Build Nomad, Consul and Terraform (as OpenTofu) from their pinned Go modules, whatever is on PATH. @default false */
  readonly fromSource?: boolean
  /** Base URL of the release server. @default $SHOAL_RELEASES_URL, else HashiCorp's */
  readonly releasesUrl?: string
}

/** Debian's packages: program -> package. */
const packages = {
  dockerd: 'docker.io',
  docker: ['docker.io', 'docker-cli'],
  ip: 'iproute2',
  iptables: 'iptables',
  nsenter: 'util-linux',
  ps: 'procps',
  'docker-registry': 'docker-registry',
} as const

/**
 * Makes sure that everything is there: what is on PATH in a fitting version, else the official release (checked by its
 * SHA-256), else built from pinned Go modules; Debian's packages for the rest.
 * @throws Problem that says what is missing and what to do
 */
export async function ensureToolchain(
  options: ToolchainOptions = {},
  onProgress: (note: string) => void = () => {},
): Promise<Toolchain> {
  const cache = options.cache ?? cacheRoot()
  const hadRegistry = findProgram('docker-registry') !== undefined
  await ensurePackages(packages, 'the virtual fleet')
  // Debian's package starts a registry of its own, on port 5000 of every address; one that was there before stays.
  if (!hadRegistry) await stopService('docker-registry.service')
  const programOptions = {
    cache,
    releasesUrl: options.releasesUrl ?? releasesUrl(),
    fromSource: options.fromSource ?? false,
    onProgress,
  }
  // One after another: each may be a build that takes both cores.
  const nomad = await ensureProgram(recipes.nomad, programOptions)
  const consul = await ensureProgram(recipes.consul, programOptions)
  const terraform = await ensureProgram(recipes.terraform, programOptions)
  const cniPath = await ensureCni(cache)
  const terraformProvider = await ensureTerraformProvider({ root: repositoryRoot, cache, onProgress })
  const programs: readonly Program[] = [nomad, consul, terraform]
  return {
    node: process.execPath,
    nomad: nomad.path,
    consul: consul.path,
    terraform: terraform.path,
    dockerd: findProgram('dockerd') ?? 'dockerd',
    docker: findProgram('docker') ?? 'docker',
    dockerRegistry: findProgram('docker-registry') ?? 'docker-registry',
    cniPath,
    terraformProvider,
    versions: programs.map(({ name, version }) => `${name} ${version}`),
    cached: programs.every((program) => program.cached),
  }
}
