import type { FreeValue } from './spec'

/** What runs a task, with its configuration. */
export class Driver {
  protected constructor(
    readonly name: string,
    private readonly config: Readonly<Record<string, FreeValue | undefined>>,
  ) {}

  /** Any driver. An array of objects becomes repeated blocks. */
  static of(name: string, config: Readonly<Record<string, FreeValue | undefined>> = {}): Driver {
    return new Driver(name, config)
  }

  /** The `config` block, by the driver's own names. */
  toSpec(): Record<string, FreeValue> {
    const entries = Object.entries(this.config).filter((e): e is [string, FreeValue] => e[1] !== undefined)
    return Object.fromEntries(entries)
  }
}
