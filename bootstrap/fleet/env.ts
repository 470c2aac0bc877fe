import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serverNumbers } from './addresses.js'
import { consulUrl, nomadServer, nomadUrl } from './clients.js'
import type { Fleet } from './options.js'
import { cacheRoot } from './paths.js'

/**
 * What a shell, Terraform and the stacks need in order to talk to the fleet. The addresses are those of a server that
 * answers, the first server where none does.
 */
export async function fleetEnv(fleet: Fleet): Promise<Record<string, string>> {
  const server = (await nomadServer(fleet)) ?? serverNumbers(fleet.description.nodes)[0] ?? 1
  const { tools } = fleet.description
  return {
    NOMAD_ADDR: nomadUrl(fleet, server),
    NOMAD_TOKEN: fleet.secrets.nomadToken,
    CONSUL_HTTP_ADDR: consulUrl(fleet, server),
    CONSUL_HTTP_TOKEN: fleet.secrets.consulToken,
    SHOAL_REGISTRY: fleet.addresses.registry,
    SHOAL_STATE_DIR: fleet.paths.terraform,
    SHOAL_NODES: String(fleet.description.nodes),
    SHOAL_IMAGES: fleet.description.imagesFile,
    // `npx cdktf` calls the one that the fleet was deployed with; there may be none on PATH, or OpenTofu alone.
    ...(tools.terraform === undefined ? {} : { TERRAFORM_BINARY_NAME: tools.terraform }),
    ...terraformEnv(fleet.description.name),
  }
}

/** What Terraform needs for a fleet of this name. */
export function terraformEnv(fleet: string, cache = cacheRoot()): Record<string, string> {
  const config = join(cache, 'terraform-mirror', 'terraform.rc')
  return {
    // Within cdktf.out/stacks/<stack>. With one for all fleets, Terraform would refuse the second one's state, and propose to move
    // the first one's there.
    TF_DATA_DIR: `.terraform/fleets/${fleet}`,
    // Where Terraform's registry can't be reached, `npx cdktf deploy` must not ask it for the provider's checksums.
    ...(existsSync(config)
      ? { TF_CLI_CONFIG_FILE: config, CDKTF_SKIP_PROVIDER_LOCK: 'true', CHECKPOINT_DISABLE: '1' }
      : {}),
  }
}
