import { present } from './blocks'
import type { Port } from './network'
import type { CheckRestartSpec, ServiceCheckSpec } from './spec'
import type { Duration } from './units'

/** When a failing check restarts its task. */
export interface CheckRestart {
  /** Failures in a row. */
  readonly limit: number
  /** How long after the task's start nothing counts. @default - Nomad's: 1 s */
  readonly grace?: Duration
  /** @default false */
  readonly ignoreWarnings?: boolean
}

/** When a check runs, and what its results mean. */
export interface CheckOptions {
  /** Wait between two runs. */
  readonly every: Duration
  /** How long a run may take. */
  readonly timeout: Duration
  /** @default - the service's port */
  readonly port?: Port | string
  /** @default - Nomad names it after service and type */
  readonly name?: string
  /** @default - the service's */
  readonly addressMode?: 'alloc' | 'auto' | 'driver' | 'host'
  /** Status until the first run. @default 'critical' */
  readonly initialStatus?: 'passing' | 'warning' | 'critical'
  /** Runs in a row before it counts as passing. @default 0 */
  readonly successBeforePassing?: number
  /** Failures in a row before it counts as critical. @default 0 */
  readonly failuresBeforeCritical?: number
  /** Failures in a row before it counts as warning. @default 0 */
  readonly failuresBeforeWarning?: number
  /** @default - never */
  readonly restart?: CheckRestart
  /** What the check means for a deployment. @default 'require_healthy' */
  readonly onUpdate?: 'require_healthy' | 'ignore_warnings' | 'ignore'
  /** @default - none */
  readonly notes?: string
  /** Adds the check's path to a Connect proxy. @default false */
  readonly expose?: boolean
  /** Address that is checked instead of the service's. @default - by `addressMode` */
  readonly advertise?: string
  /** Anything else of Nomad's check block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<ServiceCheckSpec>>
}

/** What an HTTP check asks for. */
export interface HttpCheckOptions extends CheckOptions {
  /** @default 'GET' */
  readonly method?: string
  /** @default 'http' */
  readonly protocol?: 'http' | 'https'
  /** @default - none */
  readonly headers?: Readonly<Record<string, readonly string[]>>
  /** @default - none */
  readonly body?: string
  /** @default false */
  readonly tlsSkipVerify?: boolean
  /** @default - the service's address */
  readonly tlsServerName?: string
}

/** What a gRPC check asks for. */
export interface GrpcCheckOptions extends CheckOptions {
  /** @default - the server as a whole */
  readonly service?: string
  /** @default false */
  readonly useTls?: boolean
  /** @default false */
  readonly tlsSkipVerify?: boolean
  /** @default - the service's address */
  readonly tlsServerName?: string
}

/** How Consul or Nomad finds out that a service is well. */
export class Check {
  private constructor(
    private readonly options: Partial<CheckOptions>,
    private readonly kind: ServiceCheckSpec,
  ) {}

  /** Passes with a status of 200 to 299. */
  static http(path: string, options: HttpCheckOptions): Check {
    const { method, protocol, headers, body, tlsSkipVerify, tlsServerName } = options
    return new Check(options, {
      type: 'http',
      path,
      method,
      protocol,
      body,
      header: headers && Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]])),
      tls_skip_verify: tlsSkipVerify,
      tls_server_name: tlsServerName,
    })
  }

  /** Passes when a connection opens. */
  static tcp(options: CheckOptions): Check {
    return new Check(options, { type: 'tcp' })
  }

  /** The gRPC health protocol. */
  static grpc(options: GrpcCheckOptions): Check {
    return new Check(options, {
      type: 'grpc',
      grpc_service: options.service,
      grpc_use_tls: options.useTls,
      tls_server_name: options.tlsServerName,
      tls_skip_verify: options.tlsSkipVerify,
    })
  }

  /** Runs a command inside a task. Passes with exit 0, warns with 1. Needs Consul's provider. */
  static script(
    command: string,
    options: Omit<CheckOptions, 'port'> & { readonly args?: readonly string[]; readonly task?: string },
  ): Check {
    return new Check(options, { type: 'script', command, args: options.args && [...options.args], task: options.task })
  }

  /** A check by Nomad's own names. */
  static of(spec: Readonly<ServiceCheckSpec>): Check {
    return new Check({}, { ...spec })
  }

  /** The `check` block, by Nomad's own names. */
  toSpec(): ServiceCheckSpec {
    const o = this.options
    return present<ServiceCheckSpec>({
      name: o.name,
      port: o.port?.toString(),
      expose: o.expose,
      address_mode: o.addressMode,
      advertise: o.advertise,
      interval: o.every?.toString(),
      timeout: o.timeout?.toString(),
      initial_status: o.initialStatus,
      notes: o.notes,
      success_before_passing: o.successBeforePassing,
      failures_before_critical: o.failuresBeforeCritical,
      failures_before_warning: o.failuresBeforeWarning,
      on_update: o.onUpdate,
      check_restart: o.restart && checkRestartSpec(o.restart),
      ...this.kind,
      ...o.raw,
    })
  }
}

/** The `check_restart` block, by Nomad's own names. */
export function checkRestartSpec(restart: CheckRestart): CheckRestartSpec {
  return { limit: restart.limit, grace: restart.grace?.toString(), ignore_warnings: restart.ignoreWarnings }
}
