import { Construct } from 'constructs'
import { blocksOf, present } from './blocks'
import type { Driver } from './driver'
import { NomadConstructsError } from './errors'
import type { Group } from './group'
import { type Consul, type Identity, type VaultProps, vaultSpec } from './identity'
import type { Action, Lifecycle } from './lifecycle'
import type { Affinity, Constraint } from './placement'
import { type Resources, resourcesSpec } from './resources'
import { changed } from './revision'
import { Service, type ServiceProps } from './service'
import type { SecretSpec, TaskArtifactSpec, TaskSpec } from './spec'
import type { Restart } from './strategy'
import type { Template } from './template'
import type { Duration, Size } from './units'
import { type MountProps, mountSpec, type Volume } from './volume'

/** What a {@link Task} may be told. */
export interface TaskProps {
  /** What runs it: `Docker.image(...)`, `Exec.command(...)`, ... */
  readonly driver: Driver
  /** What it may use. */
  readonly resources: Resources
  /** @default {} */
  readonly env?: Readonly<Record<string, string | number | boolean>>
  /** @default [] */
  readonly templates?: readonly Template[]
  /** Volumes of the group that the task sees. @default [] */
  readonly mounts?: readonly MountProps[]
  /** @default [] */
  readonly artifacts?: readonly TaskArtifactSpec[]
  /** Who runs it. @default - the driver's or the image's */
  readonly user?: string
  /** @default - a main task */
  readonly lifecycle?: Lifecycle
  /** When it ends, Nomad stops the group's other tasks. @default false */
  readonly leader?: boolean
  /** How long it may take to stop after the signal. @default - Nomad's: 5 s */
  readonly killTimeout?: Duration
  /** @default 'SIGINT' (the driver's) */
  readonly killSignal?: string
  /** How long it runs on after its services are deregistered. @default - not at all */
  readonly shutdownDelay?: Duration
  /** @default - the group's */
  readonly restart?: Restart
  /** @default - Nomad's: 10 files of 10 MiB */
  readonly logs?: { readonly maxFiles?: number; readonly maxFileSize?: Size; readonly disabled?: boolean }
  /** @default [] */
  readonly identities?: readonly Identity[]
  /** A Consul token of the task's identity. @default - none */
  readonly consul?: Consul
  /** A Vault token. @default - none */
  readonly vault?: VaultProps
  /** @default [] */
  readonly actions?: readonly Action[]
  /** @default [] */
  readonly constraints?: readonly Constraint[]
  /** @default [] */
  readonly affinities?: readonly Affinity[]
  /** @default {} */
  readonly meta?: Readonly<Record<string, string>>
  /** @default [] */
  readonly secrets?: readonly SecretSpec[]
  /** File of the task's directory that gets a dispatch's payload. @default - none */
  readonly dispatchPayload?: string
  /** Anything else of Nomad's task block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<TaskSpec>>
}

/** One process of a group, with its image, its limits and its files. */
export class Task extends Construct {
  private readonly templates: Template[]
  private readonly mounts: MountProps[]
  private readonly services: Service[] = []
  private readonly env: Record<string, string>
  private readonly actions: Action[]
  private readonly identities: Identity[]

  constructor(
    /** The group that it belongs to. */
    readonly group: Group,
    /** Its name in Nomad. */
    readonly taskName: string,
    /** What it was told. */
    readonly props: TaskProps,
  ) {
    super(group, taskName)
    this.templates = [...(props.templates ?? [])]
    this.mounts = [...(props.mounts ?? [])]
    this.actions = [...(props.actions ?? [])]
    this.identities = [...(props.identities ?? [])]
    this.env = Object.fromEntries(Object.entries(props.env ?? {}).map(([name, value]) => [name, String(value)]))
  }

  /** @throws NomadConstructsError when another value is set already */
  addEnv(name: string, value: string | number | boolean): this {
    const given = this.env[name]
    if (given !== undefined && given !== String(value)) {
      throw new NomadConstructsError({
        rule: 'duplicate-env',
        level: 'error',
        path: this.node.path,
        problem: `the environment variable '${name}' is set twice`,
        given: `'${given}' and '${String(value)}'`,
        do: 'set it once',
      })
    }
    this.env[name] = String(value)
    changed()
    return this
  }

  /** A file that Nomad renders for the task. */
  addTemplate(template: Template): this {
    this.templates.push(template)
    changed()
    return this
  }

  /** Shows a volume of the group to the task. */
  mount(volume: Volume | string, destination: string, options: Omit<MountProps, 'volume' | 'destination'> = {}): this {
    this.mounts.push({ volume, destination, ...options })
    changed()
    return this
  }

  /** A command that people can run inside the task. */
  addAction(action: Action): this {
    this.actions.push(action)
    changed()
    return this
  }

  /** One more signed token that says which task this is. */
  addIdentity(identity: Identity): this {
    this.identities.push(identity)
    changed()
    return this
  }

  /** A service that stops and starts with this task, and whose script checks run in it. */
  addService(name: string, props: ServiceProps = {}): Service {
    const service = new Service(name, props)
    this.services.push(service)
    changed()
    return service
  }

  /** The `task` block, by Nomad's own names. */
  toSpec(): TaskSpec {
    const p = this.props
    return present<TaskSpec>({
      name: this.taskName,
      driver: p.driver.name,
      user: p.user,
      leader: p.leader,
      kill_timeout: p.killTimeout?.toString(),
      kill_signal: p.killSignal,
      shutdown_delay: p.shutdownDelay?.toString(),
      lifecycle: p.lifecycle?.toSpec(),
      config: p.driver.toSpec(),
      env: Object.keys(this.env).length > 0 ? { ...this.env } : undefined,
      resources: resourcesSpec(p.resources),
      template: blocksOf(this.templates),
      volume_mount: this.mounts.length > 0 ? this.mounts.map(mountSpec) : undefined,
      artifact: p.artifacts && [...p.artifacts],
      service: blocksOf(this.services),
      restart: p.restart?.toSpec(),
      logs: p.logs && {
        max_files: p.logs.maxFiles,
        max_file_size: p.logs.maxFileSize?.toMebibytes(),
        disabled: p.logs.disabled,
      },
      identity: blocksOf(this.identities),
      consul: p.consul?.toSpec(),
      vault: p.vault && vaultSpec(p.vault),
      action: blocksOf(this.actions),
      constraint: blocksOf(p.constraints),
      affinity: blocksOf(p.affinities),
      meta: p.meta && { ...p.meta },
      secret: p.secrets && [...p.secrets],
      dispatch_payload: p.dispatchPayload === undefined ? undefined : { file: p.dispatchPayload },
      ...p.raw,
    })
  }
}
