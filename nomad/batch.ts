import type { ParameterizedJobConfigSpec, PeriodicConfigSpec } from './spec'

/** A job that runs once for each dispatch. */
export class Parameterized {
  private constructor(private readonly spec: ParameterizedJobConfigSpec) {}

  /** A job that waits for dispatches: `nomad job dispatch`. */
  static of(
    options: {
      /** @default 'optional' */
      readonly payload?: 'optional' | 'required' | 'forbidden'
      readonly metaRequired?: readonly string[]
      readonly metaOptional?: readonly string[]
    } = {},
  ): Parameterized {
    return new Parameterized({
      payload: options.payload,
      meta_required: options.metaRequired && [...options.metaRequired],
      meta_optional: options.metaOptional && [...options.metaOptional],
    })
  }

  /** The `parameterized` block, by Nomad's own names. */
  toSpec(): ParameterizedJobConfigSpec {
    return { ...this.spec }
  }
}

/** A job that runs at times. */
export class Periodic {
  private constructor(private readonly spec: PeriodicConfigSpec) {}

  /**
   * Runs at the times of one or more cron expressions: `0 3 * * *`, `@daily`.
   * @param crons one or more cron expressions
   */
  static cron(
    crons: string | readonly string[],
    options: {
      /** @default 'UTC' */
      readonly timeZone?: string
      /** Doesn't start a run while one runs. @default false */
      readonly prohibitOverlap?: boolean
      /** @default true */
      readonly enabled?: boolean
    } = {},
  ): Periodic {
    return new Periodic({
      crons: typeof crons === 'string' ? [crons] : [...crons],
      time_zone: options.timeZone,
      prohibit_overlap: options.prohibitOverlap,
      enabled: options.enabled,
    })
  }

  /** Times by Nomad's own names, for what {@link Periodic.cron} doesn't write: the older `cron`, one expression. */
  static of(spec: Readonly<PeriodicConfigSpec>): Periodic {
    return new Periodic({ ...spec })
  }

  /** The `periodic` block, by Nomad's own names. */
  toSpec(): PeriodicConfigSpec {
    return { ...this.spec }
  }
}
