import type { FreeValue } from './spec'
import type { Size } from './units'

type Mount =
  | { type: 'bind'; source: string; target: string; readOnly?: boolean; options?: { propagation?: string } }
  | {
      type: 'volume'
      source?: string
      target: string
      readOnly?: boolean
      options?: {
        noCopy?: boolean
        labels?: Readonly<Record<string, string>>
        driver?: string
        driverOptions?: Readonly<Record<string, string>>
      }
    }
  | { type: 'tmpfs'; target: string; readOnly?: boolean; options?: { size?: Size; mode?: number } }

/** A mount of Docker itself. For a group's volumes use the task's `mount`. */
export class DockerMount {
  private constructor(private readonly mount: Mount) {}

  /** A path of the task's directory (relative, e.g. `local/nginx.conf`) or of the node (absolute; the client must allow it). */
  static bind(
    source: string,
    target: string,
    options: { readonly readOnly?: boolean; readonly propagation?: string } = {},
  ) {
    const { propagation } = options
    return new DockerMount({
      type: 'bind',
      source,
      target,
      readOnly: options.readOnly,
      options: propagation === undefined ? undefined : { propagation },
    })
  }

  /** A volume that Docker manages. */
  static volume(
    target: string,
    options: {
      readonly source?: string
      readonly readOnly?: boolean
      readonly noCopy?: boolean
      readonly labels?: Readonly<Record<string, string>>
      readonly driver?: string
      readonly driverOptions?: Readonly<Record<string, string>>
    } = {},
  ) {
    const { source, readOnly, ...rest } = options
    return new DockerMount({ type: 'volume', source, target, readOnly, options: rest })
  }

  /** Memory. */
  static tmpfs(target: string, options: { readonly size?: Size; readonly mode?: number } = {}) {
    return new DockerMount({ type: 'tmpfs', target, options })
  }

  /** The `mount` block, by the driver's own names. */
  toConfig(): FreeValue {
    return mountConfig(this.mount)
  }
}

/** A mount as the driver's config has it. */
export function mountConfig(mount: Mount): FreeValue {
  const head = {
    type: mount.type,
    source: mount.type === 'tmpfs' ? undefined : mount.source,
    target: mount.target,
    readonly: mount.readOnly,
  }
  switch (mount.type) {
    case 'bind':
      return { ...head, bind_options: mount.options && [{ propagation: mount.options.propagation }] }
    case 'volume': {
      const { noCopy, labels, driver, driverOptions } = mount.options ?? {}
      if (noCopy === undefined && labels === undefined && driver === undefined) return head
      const config =
        driver === undefined ? undefined : [{ name: driver, options: driverOptions && [{ ...driverOptions }] }]
      return {
        ...head,
        volume_options: [{ no_copy: noCopy, labels: labels && [{ ...labels }], driver_config: config }],
      }
    }
    case 'tmpfs': {
      const { size, mode } = mount.options ?? {}
      if (size === undefined && mode === undefined) return head
      return { ...head, tmpfs_options: [{ size: size?.toBytes, mode }] }
    }
  }
}
