import { present } from './blocks'
import { type Check, type CheckRestart, checkRestartSpec } from './check'
import { Connect } from './connect'
import type { Identity } from './identity'
import type { Port } from './network'
import type { ConsulConnectSpec, ServiceSpec } from './spec'

/** How a service is registered. */
export interface ServiceProps {
  /** @default - none: the service has no port */
  readonly port?: Port | string
  /** Where it is registered. @default 'consul' */
  readonly provider?: 'consul' | 'nomad'
  /** @default - none */
  readonly checks?: readonly Check[]
  /** @default - none */
  readonly tags?: readonly string[]
  /** Tags while the allocation is a canary. @default - `tags` */
  readonly canaryTags?: readonly string[]
  /** @default - none */
  readonly meta?: Readonly<Record<string, string>>
  /** Meta while the allocation is a canary. @default - `meta` */
  readonly canaryMeta?: Readonly<Record<string, string>>
  /** Which address is registered. @default 'auto' */
  readonly addressMode?: 'alloc' | 'auto' | 'driver' | 'host'
  /** An address to register instead. May hold references. @default - by `addressMode` */
  readonly address?: string
  /** @default - none */
  readonly taggedAddresses?: Readonly<Record<string, string>>
  /** The task that the service belongs to, where script checks need one. @default - none */
  readonly task?: string
  /** What the service's checks mean for a deployment. @default 'require_healthy' */
  readonly onUpdate?: 'require_healthy' | 'ignore_warnings' | 'ignore'
  /** @default false */
  readonly enableTagOverride?: boolean
  /** When failing checks restart their task. @default - never */
  readonly checkRestart?: CheckRestart
  /** Weights of its DNS SRV answers. @default - 1 each */
  readonly weights?: { readonly passing: number; readonly warning: number }
  /** The identity that registers it. @default - the cluster's */
  readonly identity?: Identity
  /** Consul cluster. @default 'default' (Enterprise for others) */
  readonly cluster?: string
  /** Its part in Consul's mesh: `Connect.sidecar(...)`, or Nomad's connect block by Nomad's own names. @default - none */
  readonly connect?: Connect | ConsulConnectSpec
  /** What the service is to Consul, e.g. `api-gateway`. @default - an ordinary service */
  readonly kind?: string
  /** Anything else of Nomad's service block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<ServiceSpec>>
}

/** A service of a group or a task. */
export class Service {
  /** @param name empty for Nomad's own: `<job>-<group>`, and `-<task>` for a task's */
  constructor(
    readonly name: string,
    /** What it was told. */
    readonly props: ServiceProps,
  ) {}

  /** The `service` block, by Nomad's own names. */
  toSpec(): ServiceSpec {
    const p = this.props
    return present<ServiceSpec>({
      name: this.name === '' ? undefined : this.name,
      provider: p.provider,
      port: p.port?.toString(),
      task: p.task,
      tags: p.tags && [...p.tags],
      canary_tags: p.canaryTags && [...p.canaryTags],
      enable_tag_override: p.enableTagOverride,
      address_mode: p.addressMode,
      address: p.address,
      tagged_addresses: p.taggedAddresses && { ...p.taggedAddresses },
      meta: p.meta && { ...p.meta },
      canary_meta: p.canaryMeta && { ...p.canaryMeta },
      on_update: p.onUpdate,
      weights: p.weights && { ...p.weights },
      cluster: p.cluster,
      kind: p.kind,
      check: p.checks?.map((check) => check.toSpec()),
      check_restart: p.checkRestart && checkRestartSpec(p.checkRestart),
      identity: p.identity?.toSpec(),
      connect: p.connect instanceof Connect ? p.connect.toSpec() : p.connect,
      ...p.raw,
    })
  }
}
