import { Construct, type IConstruct } from 'constructs'
import { NomadConstructsError } from './errors'
import type { Group } from './group'
import type { Provider } from './host'
import { csiVolumeResource, hostVolumeResource } from './host/resources'
import type { Constraint } from './placement'
import type { Task } from './task'
import type { Size } from './units'
import { type CsiVolumeProps, type HostVolumeProps, type MountProps, type Volume, VolumeSource } from './volume'

/** How a task sees a volume. */
export type MountOptions = Omit<MountProps, 'volume' | 'destination'>

/** How a dynamic host volume may be used by its allocations. */
export type HostVolumeAccessMode =
  'single-node-writer' | 'single-node-reader-only' | 'single-node-single-writer' | 'single-node-multi-writer'

/** Remembers which group has the volume already. */
class GroupVolumes {
  private readonly volumes = new Map<Group, Volume>()

  constructor(
    private readonly name: string,
    private readonly source: VolumeSource,
    private readonly resources: readonly IConstruct[],
  ) {}

  mountIn(task: Task, destination: string, options?: MountOptions): void {
    const { group } = task
    let volume = this.volumes.get(group)
    if (volume === undefined) {
      volume = group.addVolume(this.name, this.source)
      this.volumes.set(group, volume)
      for (const resource of this.resources) group.job.dependsOn(resource)
    }
    task.mount(volume, destination, options)
  }
}

/** A volume that is there already: a client's `host_volume`, or one that somebody else made. */
export class ExistingVolume {
  private readonly mounts: GroupVolumes

  private constructor(
    /** Its name in the group. */
    readonly name: string,
    source: VolumeSource,
  ) {
    this.mounts = new GroupVolumes(name, source, [])
  }

  /** A host volume of the nodes, by its name there. */
  static host(name: string, options: Omit<HostVolumeProps, 'source'> = {}): ExistingVolume {
    return new ExistingVolume(name, VolumeSource.host({ ...options, source: name }))
  }

  /** A volume of a CSI plugin, by its id. */
  static csi(id: string, options: Omit<CsiVolumeProps, 'source'>): ExistingVolume {
    return new ExistingVolume(id, VolumeSource.csi({ ...options, source: id }))
  }

  /** Shows the volume to a task: the group's volume, where it has none of it yet, and the task's mount. */
  mountIn(task: Task, destination: string, options?: MountOptions): this {
    this.mounts.mountIn(task, destination, options)
    return this
  }
}

/** What every declared volume may be told. */
export interface DeclaredVolumeProps {
  /** Its name in Nomad and in the group. @default - the construct's id */
  readonly name?: string
  /** @default 'default' */
  readonly namespace?: string
  /** Least size. Not every plugin looks at it. @default - the plugin's */
  readonly capacityMin?: Size
  /** Greatest size. Not every plugin looks at it. @default - of a host volume: `capacityMin`; else the plugin's */
  readonly capacityMax?: Size
  /** The plugin's own settings. @default - none */
  readonly parameters?: Readonly<Record<string, string>>
  /**
   * Terraform refuses to destroy the volume, and the data with it. To get rid of it, deploy once with `false`, then destroy.
   * @default true
   */
  readonly preventDestroy?: boolean
  /** One of several providers of the stack, the one of the jobs that mount it. @default - the stack's only one */
  readonly provider?: Provider
}

/** What a dynamic host volume may be told. */
export interface DynamicHostVolumeProps extends DeclaredVolumeProps {
  /** The plugin on the nodes. @default 'mkdir', which every Nomad has from 1.10 on */
  readonly plugin?: string
  /** One volume each on so many nodes: as many as the group's count, so that each allocation finds one. @default 1 */
  readonly instances?: number
  /** Which nodes may have it. @default - any that has the plugin */
  readonly constraints?: readonly Constraint[]
  /** @default - any */
  readonly nodePool?: string
  /** A node by its id. @default - one that Nomad chooses */
  readonly nodeId?: string
  /** @default 'single-node-writer' */
  readonly accessMode?: HostVolumeAccessMode
  /** @default 'file-system' */
  readonly attachmentMode?: 'file-system' | 'block-device'
  /** A replaced allocation comes back to the volume that it had. @default true */
  readonly sticky?: boolean
}

/**
 * Dynamic host volumes (Nomad 1.10 and later): a directory on a node that outlives its allocations. The volume's resource, the group's
 * volume and the task's mount are made from this one declaration, and the job waits for the volume.
 * @example new HostVolume(stack, 'data').mountIn(task, '/var/lib/postgresql')
 */
export class HostVolume extends Construct {
  /** Its name in Nomad and in the group. */
  readonly volumeName: string
  private readonly mounts: GroupVolumes

  /** @throws NomadConstructsError for less than one instance, several on one node, or constraints that aren't about nodes */
  constructor(scope: Construct, id: string, props: DynamicHostVolumeProps = {}) {
    super(scope, id)
    this.volumeName = props.name ?? id
    const instances = props.instances ?? 1
    const allowed = props.nodeId === undefined ? 'a whole number from 1 on' : '1 on a node that is named by its id'
    if (!Number.isInteger(instances) || instances < 1 || (props.nodeId !== undefined && instances > 1)) {
      throw invalid(this, `${instances} instances`, allowed)
    }
    const accessMode = props.accessMode ?? 'single-node-writer'
    const attachmentMode = props.attachmentMode ?? 'file-system'
    const resources: IConstruct[] = []
    for (let i = 0; i < instances; i++) {
      const resource = hostVolumeResource(
        this,
        instances === 1 ? 'volume' : `volume-${i}`,
        {
          // Nomad takes no least size of a host volume without a greatest
          ...common({ ...props, capacityMax: props.capacityMax ?? props.capacityMin }, this.volumeName),
          pluginId: props.plugin ?? 'mkdir',
          capabilities: [{ accessMode, attachmentMode }],
          constraints: (props.constraints ?? []).map((constraint) => this.aboutNode(constraint)),
          nodeId: props.nodeId,
          nodePool: props.nodePool,
        },
        resources.at(-1),
      )
      resources.push(resource)
    }
    const sticky = props.sticky ?? true
    const readOnly = accessMode === 'single-node-reader-only' ? true : undefined
    const source = VolumeSource.host({ source: this.volumeName, sticky, accessMode, attachmentMode, readOnly })
    this.mounts = new GroupVolumes(this.volumeName, source, resources)
  }

  /** Shows the volume to a task: the group's volume, where it has none of it yet, and the task's mount. */
  mountIn(task: Task, destination: string, options?: MountOptions): this {
    this.mounts.mountIn(task, destination, options)
    return this
  }

  private aboutNode(constraint: Constraint) {
    const { attribute, operator, value } = constraint.toSpec()
    if (attribute === undefined) {
      throw invalid(
        this,
        `a constraint '${operator ?? ''}'`,
        "constraints on a node's attributes: Constraint.where(...)",
      )
    }
    return { attribute, operator, value }
  }
}

/** What a volume of a CSI plugin may be told. */
export interface CsiVolumeResourceProps extends DeclaredVolumeProps {
  /** The id of the CSI plugin. */
  readonly plugin: string
  /** Its id in Nomad, which groups ask for. @default - its name */
  readonly volumeId?: string
  /** Who may read and write, from how many nodes. */
  readonly accessMode: CsiVolumeProps['accessMode']
  /** @default 'file-system' */
  readonly attachmentMode?: CsiVolumeProps['attachmentMode']
  /** @default - the plugin's */
  readonly mountOptions?: CsiVolumeProps['mountOptions']
}

/**
 * A volume that a CSI plugin makes. The volume's resource, the group's volume and the task's mount are made from this one declaration,
 * and the job waits for the volume.
 * @example new CsiVolume(stack, 'data', { plugin: 'ebs', accessMode: 'single-node-writer' }).mountIn(task, '/data')
 */
export class CsiVolume extends Construct {
  /** Its name in Nomad and in the group. */
  readonly volumeName: string
  private readonly mounts: GroupVolumes

  constructor(scope: Construct, id: string, props: CsiVolumeResourceProps) {
    super(scope, id)
    this.volumeName = props.name ?? id
    const { accessMode, mountOptions } = props
    const attachmentMode = props.attachmentMode ?? 'file-system'
    const volumeId = props.volumeId ?? this.volumeName
    const resource = csiVolumeResource(this, 'volume', {
      ...common(props, this.volumeName),
      volumeId,
      pluginId: props.plugin,
      capabilities: [{ accessMode, attachmentMode }],
      mountOptions,
    })
    const readOnly = accessMode.endsWith('reader-only') ? true : undefined
    const source = VolumeSource.csi({ source: volumeId, accessMode, attachmentMode, mountOptions, readOnly })
    this.mounts = new GroupVolumes(this.volumeName, source, [resource])
  }

  /** Shows the volume to a task: the group's volume, where it has none of it yet, and the task's mount. */
  mountIn(task: Task, destination: string, options?: MountOptions): this {
    this.mounts.mountIn(task, destination, options)
    return this
  }
}

function common(props: DeclaredVolumeProps, name: string) {
  return {
    name,
    namespace: props.namespace,
    capacityMin: props.capacityMin && `${props.capacityMin.toMebibytes()} MiB`,
    capacityMax: props.capacityMax && `${props.capacityMax.toMebibytes()} MiB`,
    parameters: props.parameters,
    preventDestroy: props.preventDestroy ?? true,
    provider: props.provider,
  }
}

function invalid(volume: HostVolume, given: string, allowed: string): NomadConstructsError {
  return new NomadConstructsError({
    rule: 'volume-declaration',
    level: 'error',
    path: volume.node.path,
    problem: 'Nomad can make no such volume',
    given,
    allowed,
    do: "set instances to the group's count, and let constraints choose the nodes",
  })
}
