import type { ConsulSpec, VaultSpec, WorkloadIdentitySpec } from './spec'
import type { Duration } from './units'

/** What a workload identity is for, and where its token goes. */
export interface IdentityProps {
  /** Who may accept the token. @default - Nomad's own services */
  readonly audience?: readonly string[]
  /** How long a token lives; it is renewed before. @default - for ever */
  readonly ttl?: Duration
  /** Puts the token into `NOMAD_TOKEN` or `NOMAD_TOKEN_<name>`. @default false */
  readonly env?: boolean
  /** Writes the token to the task's secrets directory. @default false */
  readonly file?: boolean
  /** Another place for `file`, below the task's directory. @default - `secrets/nomad_token` */
  readonly filepath?: string
  /** What happens when the token is renewed. @default 'noop' */
  readonly changeMode?: 'noop' | 'signal' | 'restart'
  /** Signal of `changeMode: 'signal'`. @default - none */
  readonly changeSignal?: string
  /** Anything else of Nomad's identity block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<WorkloadIdentitySpec>>
}

/** A workload identity: a signed token that says which job and task this is. */
export class Identity {
  private constructor(
    /** Undefined for the default one. */
    readonly name: string | undefined,
    private readonly props: IdentityProps,
  ) {}

  /** The identity for Nomad's own API. */
  static default(props: IdentityProps = {}): Identity {
    return new Identity(undefined, props)
  }

  /** One more, e.g. `consul_default` or `vault_default`. */
  static named(name: string, props: IdentityProps = {}): Identity {
    return new Identity(name, props)
  }

  /** The `identity` block, by Nomad's own names. */
  toSpec(): WorkloadIdentitySpec {
    const p = this.props
    return {
      name: this.name,
      aud: p.audience && [...p.audience],
      ttl: p.ttl?.toString(),
      env: p.env,
      file: p.file,
      filepath: p.filepath,
      change_mode: p.changeMode,
      change_signal: p.changeSignal,
      ...p.raw,
    }
  }
}

/** Gives a task a Consul token of its identity (in `CONSUL_HTTP_TOKEN` and for its templates). */
export class Consul {
  private constructor(private readonly spec: ConsulSpec) {}

  /** The default cluster, by the workload's identity. */
  static default(): Consul {
    return new Consul({})
  }

  /** Another cluster, namespace or partition (Enterprise). */
  static of(options: { readonly cluster?: string; readonly namespace?: string; readonly partition?: string }): Consul {
    return new Consul(options)
  }

  /** The `consul` block, by Nomad's own names. */
  toSpec(): ConsulSpec {
    return { ...this.spec }
  }
}

/** How a task gets its Vault token. */
export interface VaultProps {
  /** Policies of a token that Nomad's server makes: before workload identities (Nomad 1.7), gone with 1.10. @default - by `role` */
  readonly policies?: readonly string[]
  /** @default - the cluster's default role */
  readonly role?: string
  /** Vault Enterprise. @default - the client's */
  readonly namespace?: string
  /** @default 'default' (Enterprise for others) */
  readonly cluster?: string
  /** Puts the token into `VAULT_TOKEN`. @default true */
  readonly env?: boolean
  /** Doesn't write the token to the secrets directory. @default false */
  readonly disableFile?: boolean
  /** @default 'restart' */
  readonly changeMode?: 'noop' | 'signal' | 'restart'
  /** Signal of `changeMode: 'signal'`. @default - none */
  readonly changeSignal?: string
  /** @default false */
  readonly allowTokenExpiration?: boolean
}

/** The `vault` block, by Nomad's own names. */
export function vaultSpec(props: VaultProps): VaultSpec {
  return {
    policies: props.policies && [...props.policies],
    role: props.role,
    namespace: props.namespace,
    cluster: props.cluster,
    env: props.env,
    disable_file: props.disableFile,
    change_mode: props.changeMode,
    change_signal: props.changeSignal,
    allow_token_expiration: props.allowTokenExpiration,
  }
}
