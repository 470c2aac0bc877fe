// What stands beside a job in Terraform: policies and volumes. With ../host.ts, all that knows cdktf.
import { AclPolicy } from '@cdktf/provider-nomad/lib/acl-policy'
import { CsiVolume as CsiVolumeResource } from '@cdktf/provider-nomad/lib/csi-volume'
import { DynamicHostVolume as HostVolumeResource } from '@cdktf/provider-nomad/lib/dynamic-host-volume'
import type { TerraformResource } from 'cdktf'
import type { Construct, IConstruct } from 'constructs'

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
  policy: { readonly name: string; readonly description: string; readonly rules: string; readonly of: WorkloadScope },
): IConstruct {
  const { name, description, rules, of } = policy
  return new AclPolicy(scope, id, { name, description, rulesHcl: rules, jobAcl: of })
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
  const { capabilities, constraints, parameters, preventDestroy, ...rest } = volume
  return new HostVolumeResource(scope, id, {
    ...rest,
    capability: [...capabilities],
    constraint: constraints.length > 0 ? constraints.map(escaped) : undefined,
    parameters: parameters && { ...parameters },
    dependsOn: before && [before as TerraformResource],
    lifecycle: preventDestroy ? { preventDestroy } : undefined,
  })
}

/** Arguments of a `nomad_csi_volume`. */
export interface CsiVolumeArguments extends VolumeArguments {
  readonly volumeId: string
  readonly mountOptions?: { readonly fsType?: string; readonly mountFlags?: readonly string[] }
}

/** A `nomad_csi_volume`. */
export function csiVolumeResource(scope: Construct, id: string, volume: CsiVolumeArguments): IConstruct {
  const { capabilities, parameters, mountOptions, preventDestroy, ...rest } = volume
  return new CsiVolumeResource(scope, id, {
    ...rest,
    capability: [...capabilities],
    parameters: parameters && { ...parameters },
    mountOptions: mountOptions && {
      fsType: mountOptions.fsType,
      mountFlags: mountOptions.mountFlags && [...mountOptions.mountFlags],
    },
    lifecycle: preventDestroy ? { preventDestroy } : undefined,
  })
}

/** Nomad's own `${attr.x}` must reach Nomad, not be read by Terraform. */
function escaped<T extends { readonly attribute: string; readonly value?: string }>(constraint: T): T {
  const literal = (text: string) => text.replace(/\$\{(?!TfToken\[)/g, '$$$${')
  return {
    ...constraint,
    attribute: literal(constraint.attribute),
    value: constraint.value === undefined ? undefined : literal(constraint.value),
  }
}
