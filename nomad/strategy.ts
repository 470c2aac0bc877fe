import type {
  DisconnectStrategySpec,
  MigrateStrategySpec,
  ReschedulePolicySpec,
  RestartPolicySpec,
  UpdateStrategySpec,
} from './spec'
import { Duration } from './units'

/** What an {@link Update} may be told. */
export interface UpdateOptions {
  /** How many allocations at once. @default 1 */
  readonly maxParallel?: number
  /** What counts as healthy. @default 'checks' */
  readonly healthCheck?: 'checks' | 'task_states' | 'manual'
  /** How long an allocation must be healthy. @default - Nomad's: 10 s */
  readonly minHealthyTime?: Duration
  /** How long an allocation may take to become healthy. @default - Nomad's: 5 min */
  readonly healthyDeadline?: Duration
  /** How long a deployment may go without one more healthy allocation. 0 fails it at the first unhealthy one. @default - Nomad's: 10 min */
  readonly progressDeadline?: Duration
  /** Goes back to the last stable version when the deployment fails. @default false */
  readonly autoRevert?: boolean
  /** Delay between batches of a system job. @default - Nomad's: 30 s */
  readonly stagger?: Duration
}

/** How a new version replaces the old one. */
export class Update {
  private constructor(
    /** What it was told. */
    readonly options: UpdateOptions,
    /** How many of the new version go first. Undefined: none. */
    readonly canaries: number | undefined,
    /** Whether healthy canaries are promoted by themselves. */
    readonly autoPromote: boolean | undefined,
  ) {}

  /** A few at a time. */
  static rolling(options: UpdateOptions = {}): Update {
    return new Update(options, undefined, undefined)
  }

  /** So many of the new version beside the old ones first. */
  static canary(count: number, options: UpdateOptions & { readonly autoPromote?: boolean } = {}): Update {
    return new Update(options, count, options.autoPromote)
  }

  /** The `update` block, by Nomad's own names. */
  toSpec(): UpdateStrategySpec {
    const o = this.options
    return {
      max_parallel: o.maxParallel,
      health_check: o.healthCheck,
      min_healthy_time: o.minHealthyTime?.toString(),
      healthy_deadline: o.healthyDeadline?.toString(),
      progress_deadline: o.progressDeadline?.toString(),
      stagger: o.stagger?.toString(),
      canary: this.canaries,
      auto_promote: this.autoPromote,
      auto_revert: o.autoRevert,
    }
  }
}

/** What a {@link Restart} may be told. */
export interface RestartOptions {
  /** @default - Nomad's: 30 min for services, 24 h for batch jobs */
  readonly interval?: Duration
  /** Wait before a restart; up to 25 % are added at random. @default - Nomad's: 15 s */
  readonly delay?: Duration
  /** Renders the task's templates anew. @default false */
  readonly renderTemplates?: boolean
}

/** How a task that stops is started again on its node. */
export class Restart {
  private constructor(private readonly spec: RestartPolicySpec) {}

  /** So often within the interval; then the allocation fails, and is rescheduled. */
  static attempts(attempts: number, options: RestartOptions = {}): Restart {
    return new Restart(spec(attempts, 'fail', options))
  }

  /** So often within the interval; then it waits for the next interval. */
  static delayed(attempts: number, options: RestartOptions = {}): Restart {
    return new Restart(spec(attempts, 'delay', options))
  }

  /** A task that stops fails its allocation at once. */
  static never(): Restart {
    return new Restart({ attempts: 0, mode: 'fail' })
  }

  /** The `restart` block, by Nomad's own names. */
  toSpec(): RestartPolicySpec {
    return { ...this.spec }
  }
}

function spec(attempts: number, mode: string, options: RestartOptions): RestartPolicySpec {
  return {
    attempts,
    interval: options.interval?.toString(),
    delay: options.delay?.toString(),
    mode,
    render_templates: options.renderTemplates,
  }
}

/** What a {@link Reschedule} may be told. */
export interface RescheduleOptions {
  /** Wait before the first. @default - Nomad's: 30 s for services, 5 s for batch jobs */
  readonly delay?: Duration
  /** How the wait grows. @default - Nomad's: 'exponential' for services, 'constant' for batch jobs */
  readonly delayFunction?: 'constant' | 'exponential' | 'fibonacci'
  /** Upper bound of the wait. @default - Nomad's: 1 h */
  readonly maxDelay?: Duration
}

/** How a failed allocation is placed again, on any node. */
export class Reschedule {
  private constructor(private readonly spec: ReschedulePolicySpec) {}

  /** Again and again. (`attempts = 0` keeps the default of batch jobs out, which contradicts `unlimited`.) */
  static unlimited(options: RescheduleOptions = {}): Reschedule {
    return new Reschedule({ attempts: 0, unlimited: true, ...delays(options) })
  }

  /** So often within the interval. */
  static attempts(attempts: number, interval: Duration, options: RescheduleOptions = {}): Reschedule {
    return new Reschedule({ attempts, interval: interval.toString(), unlimited: false, ...delays(options) })
  }

  /** A failed allocation is not replaced. */
  static never(): Reschedule {
    return new Reschedule({ attempts: 0, unlimited: false })
  }

  /** The `reschedule` block, by Nomad's own names. */
  toSpec(): ReschedulePolicySpec {
    return { ...this.spec }
  }
}

function delays(options: RescheduleOptions): ReschedulePolicySpec {
  return {
    delay: options.delay?.toString(),
    delay_function: options.delayFunction,
    max_delay: options.maxDelay?.toString(),
  }
}

/** How allocations leave a node that is drained. */
export interface MigrateProps {
  /** @default 1 */
  readonly maxParallel?: number
  /** @default 'checks' */
  readonly healthCheck?: 'checks' | 'task_states'
  /** @default - Nomad's: 10 s */
  readonly minHealthyTime?: Duration
  /** @default - Nomad's: 5 min */
  readonly healthyDeadline?: Duration
}

/** How allocations leave a node that is drained. */
export class Migrate {
  private constructor(private readonly props: MigrateProps) {}

  /** What is left out is Nomad's default. */
  static of(props: MigrateProps): Migrate {
    return new Migrate(props)
  }

  /** The `migrate` block, by Nomad's own names. */
  toSpec(): MigrateStrategySpec {
    const p = this.props
    return {
      max_parallel: p.maxParallel,
      health_check: p.healthCheck,
      min_healthy_time: p.minHealthyTime?.toString(),
      healthy_deadline: p.healthyDeadline?.toString(),
    }
  }
}

/** What happens to allocations of a node that servers hear nothing from. */
export interface DisconnectProps {
  /** How long a node may be away before its allocations count as lost. @default - at once */
  readonly lostAfter?: Duration
  /** When the allocation stops itself on a node that is cut off. Not together with `lostAfter`. @default - never */
  readonly stopOnClientAfter?: Duration
  /** Places a replacement while the node is away. @default true */
  readonly replace?: boolean
  /** Which one stays when the node is back. @default 'best_score' */
  readonly reconcile?: 'keep_original' | 'keep_replacement' | 'best_score' | 'longest_running'
}

/** What happens when a node is cut off. */
export class Disconnect {
  private constructor(private readonly props: DisconnectProps) {}

  /** What is left out is Nomad's default. */
  static of(props: DisconnectProps): Disconnect {
    return new Disconnect(props)
  }

  /** The `disconnect` block, by Nomad's own names. */
  toSpec(): DisconnectStrategySpec {
    const p = this.props
    return {
      lost_after: p.lostAfter?.toString(),
      stop_on_client_after: p.stopOnClientAfter?.toString(),
      replace: p.replace,
      reconcile: p.reconcile,
    }
  }
}
