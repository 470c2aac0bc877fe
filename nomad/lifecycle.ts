import type { ActionSpec, TaskLifecycleSpec } from './spec'

/** When a task runs beside the group's main tasks. */
export class Lifecycle {
  private constructor(
    readonly hook: 'prestart' | 'poststart' | 'poststop',
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

  toSpec(): TaskLifecycleSpec {
    return { hook: this.hook, sidecar: this.sidecar }
  }
}

/** A command that people can run inside a task: `nomad action -job=<job> <name>`. */
export class Action {
  private constructor(private readonly spec: ActionSpec) {}

  static of(name: string, command: string, args: readonly string[] = []): Action {
    return new Action({ name, command, args: [...args] })
  }

  get name(): string {
    return this.spec.name
  }

  toSpec(): ActionSpec {
    return { ...this.spec }
  }
}
