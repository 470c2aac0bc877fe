import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { LocalBackend, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import type { Settings } from './settings'

/**
 * One tier of the platform: a Terraform stack with Nomad's provider. Who asks is told by the environment that every Nomad tool reads
 * (NOMAD_TOKEN, NOMAD_REGION, NOMAD_CACERT, ...): a token never ends up in the configuration or the state.
 */
export abstract class Tier extends TerraformStack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    new NomadProvider(this, 'nomad', { address: settings.nomadAddress })
    const path = `terraform.${id}.tfstate`
    new LocalBackend(this, { path: settings.stateDirectory ? `${settings.stateDirectory}/${path}` : path })
  }
}
