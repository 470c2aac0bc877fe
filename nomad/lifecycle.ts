import type { ActionSpec, TaskLifecycleSpec } from './spec'

/** When a task runs beside the group's main tasks. */
export class Lifecycle {
  private constructor(
    /** When it starts. */
    readonly hook: 'prestart' | 'poststart' | 'poststop',
    /** Whether it runs as long as the main tasks do. */
    readonly sidecar: boolean,
  ) {}

  /** Before the main tasks; they wait until it has ended, or, as a sidecar, until it runs. */
  static prestart(options: { readonly sidecar?: boolean } = {}): Lifecycle {
    return new Lifecycle('prestart', options.sidecar ?? false)
  }

  /** When the main tasks run. */
  static poststart(options: { readonly sidecar?: boolean } = {}): Lifecycle {
    return new Lifecycle('poststart', options.sidecar ?? false)
  }

  /** When the main tasks have ended. */
  static poststop(): Lifecycle {
    return new Lifecycle('poststop', false)
  }

  /** The `lifecycle` block, by Nomad's own names. */
  toSpec(): TaskLifecycleSpec {
    return { hook: this.hook, sidecar: this.sidecar }
  }
}

/** A command that people can run inside a task: `nomad action -job=<job> <name>`. */
export class Action {
  private constructor(private readonly spec: ActionSpec) {}

  /**
   * A command by a name: `nomad action -job=web -task=server <name>`.
   * @param name by which people call it
   * @param command a program of the task, by its path there
   */
  static of(name: string, command: string, args: readonly string[] = []): Action {
    return new Action({ name, command, args: [...args] })
  }

  /** By which people call it. */
  get name(): string {
    return this.spec.name
  }

  /** The `action` block, by Nomad's own names. */
  toSpec(): ActionSpec {
    return { ...this.spec }
  }
}
