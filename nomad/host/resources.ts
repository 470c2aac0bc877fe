// What stands beside a job in Terraform: policies and volumes. With ../host.ts, all that knows cdktf.
import type { TerraformResource } from 'cdktf'
import type { Construct, IConstruct } from 'constructs'
import { JsonResource, type Provider, terraformGeneratorMetadata, terraformTexts } from '../host'

/**
 * A resource of the provider by its arguments. Not the binding's own classes: those of volumes and policies are read
 * from 300 KB of code by everybody who imports this package, and most jobs have none of them.
 */
class ProviderResource extends JsonResource {
  constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    private readonly values: { readonly [name: string]: unknown },
    options: {
      readonly provider?: Provider
      readonly dependsOn?: readonly TerraformResource[]
      readonly preventDestroy?: boolean
    } = {},
  ) {
    super(scope, id, {
      terraformResourceType,
      terraformGeneratorMetadata,
      provider: options.provider,
      dependsOn: options.dependsOn && [...options.dependsOn],
      lifecycle: options.preventDestroy === true ? { preventDestroy: true } : undefined,
    })
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return terraformTexts(this.values) as { [name: string]: unknown }
  }
}

/** Which workloads a policy holds for. */
export interface WorkloadScope {
  readonly namespace: string
  readonly jobId: string
  /** @default - every group of the job */
  readonly group?: string
  /** @default - every task of the group */
  readonly task?: string
}

/** A `nomad_acl_policy` for the workload identities of a job, a group or a task. */
export function workloadPolicy(
  scope: Construct,
  id: string,
  policy: {
    readonly name: string
    readonly description: string
    readonly rules: string
    readonly of: WorkloadScope
    /** The job's own. @default - the stack's only one */
    readonly provider?: Provider
  },
): IConstruct {
  const { name, description, rules, of, provider } = policy
  const values = {
    name,
    description: clipped(description),
    rules_hcl: rules,
    job_acl: { namespace: of.namespace, job_id: of.jobId, group: of.group, task: of.task },
  }
  return new ProviderResource(scope, id, 'nomad_acl_policy', values, { provider })
}

/** A `nomad_variable`. */
export function variableResource(
  scope: Construct,
  id: string,
  variable: {
    readonly path: string
    readonly items: Readonly<Record<string, string>>
    readonly namespace?: string
    readonly provider?: Provider
  },
): IConstruct {
  const { provider, ...values } = variable
  return new ProviderResource(scope, id, 'nomad_variable', values, { provider })
}

/** Nomad takes 256 bytes of description: names of jobs, groups and tasks alone may be longer. */
function clipped(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= 256) return text
  // half a character at the end is none
  return `${bytes
    .subarray(0, 253)
    .toString()
    .replace(/\uFFFD+$/, '')}...`
}

/** What every volume resource has. */
interface VolumeArguments {
  readonly name: string
  readonly pluginId: string
  readonly namespace?: string
  readonly capacityMin?: string
  readonly capacityMax?: string
  readonly capabilities: readonly { readonly accessMode: string; readonly attachmentMode: string }[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly preventDestroy: boolean
  /** @default - the stack's only one */
  readonly provider?: Provider
}

/** Arguments of a `nomad_dynamic_host_volume`. */
export interface HostVolumeArguments extends VolumeArguments {
  readonly nodeId?: string
  readonly nodePool?: string
  readonly constraints: readonly { readonly attribute: string; readonly operator?: string; readonly value?: string }[]
}

/** A `nomad_dynamic_host_volume`, made after `before`: Nomad looks for a node that has none of this name yet. */
export function hostVolumeResource(
  scope: Construct,
  id: string,
  volume: HostVolumeArguments,
  before?: IConstruct,
): IConstruct {
  const values = {
    ...volumeValues(volume),
    node_id: volume.nodeId,
    node_pool: volume.nodePool,
    constraint: volume.constraints.length > 0 ? volume.constraints.map((constraint) => ({ ...constraint })) : undefined,
  }
  const dependsOn = before && [before as TerraformResource]
  return new ProviderResource(scope, id, 'nomad_dynamic_host_volume', values, {
    provider: volume.provider,
    dependsOn,
    preventDestroy: volume.preventDestroy,
  })
}

/** Arguments of a `nomad_csi_volume`. */
export interface CsiVolumeArguments extends VolumeArguments {
  readonly volumeId: string
  readonly mountOptions?: { readonly fsType?: string; readonly mountFlags?: readonly string[] }
}

/** A `nomad_csi_volume`. */
export function csiVolumeResource(scope: Construct, id: string, volume: CsiVolumeArguments): IConstruct {
  const { volumeId, mountOptions, preventDestroy, provider } = volume
  const values = {
    ...volumeValues(volume),
    volume_id: volumeId,
    mount_options: mountOptions && { fs_type: mountOptions.fsType, mount_flags: mountOptions.mountFlags },
  }
  return new ProviderResource(scope, id, 'nomad_csi_volume', values, { preventDestroy, provider })
}

function volumeValues(volume: VolumeArguments): { [name: string]: unknown } {
  return {
    name: volume.name,
    plugin_id: volume.pluginId,
    namespace: volume.namespace,
    capacity_min: volume.capacityMin,
    capacity_max: volume.capacityMax,
    parameters: volume.parameters,
    capability: volume.capabilities.map((c) => ({ access_mode: c.accessMode, attachment_mode: c.attachmentMode })),
  }
}
