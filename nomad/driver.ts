import type { FreeValue } from './spec'

/** What runs a task, with its configuration: one of Nomad's own drivers has a class here, any other is `Driver.other`. */
export class Driver {
  protected constructor(
    /** As Nomad knows it: `docker`, `raw_exec`, ... */
    readonly name: string,
    private readonly config: Readonly<Record<string, FreeValue | undefined>>,
  ) {}

  /**
   * A driver that has no class here, by the name and the keys that it has itself. An array of objects becomes repeated
   * blocks.
   * @example Driver.other('containerd-driver', { image: 'redis:7' })
   */
  static other(name: string, config: Readonly<Record<string, FreeValue | undefined>> = {}): Driver {
    return new Driver(name, config)
  }

  /** The same as {@link Driver.other}: any driver, also one that has a class, by its own keys. */
  static of(name: string, config: Readonly<Record<string, FreeValue | undefined>> = {}): Driver {
    return new Driver(name, config)
  }

  /** The `config` block, by the driver's own names. */
  toSpec(): Record<string, FreeValue> {
    // most of a driver's many keys are not set: no list of them all
    const set: Record<string, FreeValue> = {}
    for (const key in this.config) {
      const value = this.config[key]
      if (value !== undefined) set[key] = value
    }
    return set
  }
}

/** A copy of a list, as a driver's config holds it. */
export function list(items: readonly { toString(): string }[] | undefined): string[] | undefined {
  return items?.map(String)
}

/** A map as HCL's drivers read it: a list of one block of any keys. An empty map is left out. */
export function mapBlock<T extends FreeValue>(map: Readonly<Record<string, T>> | undefined): FreeValue[] | undefined {
  return map && Object.keys(map).length > 0 ? [{ ...map }] : undefined
}
