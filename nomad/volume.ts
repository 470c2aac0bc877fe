import type { VolumeMountSpec, VolumeRequestSpec } from './spec'

/** How a group asks for a volume of the node. */
export interface HostVolumeProps {
  /** The volume's name on the node. @default - the name in the group */
  readonly source?: string
  /** @default false */
  readonly readOnly?: boolean
  /** Keeps a replaced allocation on the same (dynamic) volume. @default false */
  readonly sticky?: boolean
  /** A volume per allocation: its index is added to the source (`data[0]`). @default false */
  readonly perAlloc?: boolean
  /** Of a dynamic host volume. @default 'single-node-writer' */
  readonly accessMode?: string
  /** Of a dynamic host volume. @default 'file-system' */
  readonly attachmentMode?: 'file-system' | 'block-device'
}

/** How a group asks for a volume of a CSI plugin. */
export interface CsiVolumeProps {
  /** The volume's id. @default - the name in the group */
  readonly source?: string
  /** @default false */
  readonly readOnly?: boolean
  /** Who may read and write, from how many nodes. */
  readonly accessMode:
    | 'single-node-reader-only'
    | 'single-node-writer'
    | 'multi-node-reader-only'
    | 'multi-node-single-writer'
    | 'multi-node-multi-writer'
  /** A file system, or a device without one. */
  readonly attachmentMode: 'file-system' | 'block-device'
  /** A volume per allocation: its index is added to the source. @default false */
  readonly perAlloc?: boolean
  /** @default - the volume's */
  readonly mountOptions?: { readonly fsType?: string; readonly mountFlags?: readonly string[] }
}

/** Where a group's volume comes from. */
export class VolumeSource {
  private constructor(private readonly spec: Omit<VolumeRequestSpec, 'name'>) {}

  /** A directory of the node: a client's `host_volume`, or a dynamic host volume. */
  static host(props: HostVolumeProps = {}): VolumeSource {
    return new VolumeSource({
      type: 'host',
      source: props.source,
      read_only: props.readOnly,
      sticky: props.sticky,
      per_alloc: props.perAlloc,
      access_mode: props.accessMode,
      attachment_mode: props.attachmentMode,
    })
  }

  /** A volume of a CSI plugin. */
  static csi(props: CsiVolumeProps): VolumeSource {
    const { fsType, mountFlags } = props.mountOptions ?? {}
    return new VolumeSource({
      type: 'csi',
      source: props.source,
      read_only: props.readOnly,
      access_mode: props.accessMode,
      attachment_mode: props.attachmentMode,
      per_alloc: props.perAlloc,
      mount_options: props.mountOptions && { fs_type: fsType, mount_flags: mountFlags && [...mountFlags] },
    })
  }

  /** The `volume` block of a group, by Nomad's own names. */
  toSpec(name: string): VolumeRequestSpec {
    return { name, ...this.spec, source: this.spec.source ?? name }
  }
}

/** A volume of a group, by its name. */
export class Volume {
  constructor(
    /** Its name in the group. */
    readonly name: string,
    /** Where it comes from. */
    readonly source: VolumeSource,
  ) {}

  /** Its name. */
  toString(): string {
    return this.name
  }

  /** The `volume` block, by Nomad's own names. */
  toSpec(): VolumeRequestSpec {
    return this.source.toSpec(this.name)
  }
}

/** A volume of the group, where a task sees it. */
export interface MountProps {
  /** The volume, or its name in the group. */
  readonly volume: Volume | string
  /** Where the task sees it. */
  readonly destination: string
  /** @default false */
  readonly readOnly?: boolean
  /** @default 'private' */
  readonly propagationMode?: 'private' | 'host-to-task' | 'bidirectional'
  /** @default - none */
  readonly selinuxLabel?: string
}

export function mountSpec(mount: MountProps): VolumeMountSpec {
  return {
    volume: mount.volume.toString(),
    destination: mount.destination,
    read_only: mount.readOnly,
    propagation_mode: mount.propagationMode,
    selinux_label: mount.selinuxLabel,
  }
}
