/** A job as Nomad's API has it: the field names are Nomad's, durations are nanoseconds. */
export interface ApiJob {
  readonly ID?: string | null
  readonly Name?: string | null
  readonly [field: string]: unknown
}

/** A place in a file; lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** One thing that is wrong with a file. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail?: string
  readonly file?: string
  readonly start?: Position
  readonly end?: Position
  /** The first line that it is about. */
  readonly source?: string
}

/** A value of an HCL2 variable. */
export type VariableValue =
  string | number | boolean | null | readonly VariableValue[] | { readonly [name: string]: VariableValue }

export interface ParseOptions {
  /**
   * Values of the job's `variable` blocks: by name, or the text of a variable file.
   * @default - the variables' own defaults
   */
  readonly variables?: string | Readonly<Record<string, VariableValue>>
  /**
   * Values as the command line gives them, `name=value`: a string for a variable of that type, else an HCL expression.
   * @default - none
   */
  readonly varArgs?: readonly string[]
  /**
   * Refuse values for variables that the job doesn't declare, as `nomad job run` does.
   * @default true
   */
  readonly strict?: boolean
  /**
   * The file's name in diagnostics.
   * @default 'input.hcl'
   */
  readonly path?: string
  /**
   * Fill in the API's defaults.
   * @default false
   */
  readonly canonicalize?: boolean
}

export type ParseResult =
  | { readonly ok: true; readonly job: ApiJob }
  /** `error` is the text that Nomad gives. */
  | { readonly ok: false; readonly error: string; readonly diagnostics: readonly Diagnostic[] }

export interface FormatResult {
  readonly ok: boolean
  /** The formatted text; where there are diagnostics, the text that was handed in. */
  readonly hcl: string
  readonly changed: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** Something that Nomad says about a job. */
export interface Finding {
  /** Where in the job: `TaskGroups[web].Tasks[server]`, empty for the job itself. */
  readonly path: string
  readonly message: string
}

export interface Validation {
  readonly ok: boolean
  readonly errors: readonly Finding[]
  readonly warnings: readonly Finding[]
  /** The texts as Nomad's API gives them. */
  readonly text: { readonly error: string; readonly warnings: string }
  /** Nomad would answer with a failure instead of a list: an admission mutator refused the job. */
  readonly refused: boolean
}

/** What is known of the server that will judge the job. What is left out doesn't get in a job's way. */
export interface ServerSettings {
  /**
   * The namespaces that exist, with their capabilities.
   * @default - every namespace that a job names exists
   */
  readonly namespaces?: readonly { readonly Name: string; readonly [field: string]: unknown }[]
  /**
   * The node pools that exist.
   * @default - every node pool that a job names exists
   */
  readonly nodePools?: readonly { readonly Name: string; readonly [field: string]: unknown }[]
  /** @default - binpack, preemption for system jobs, no memory oversubscription */
  readonly schedulerConfig?: SchedulerConfig
  /**
   * Vault is enabled.
   * @default true
   */
  readonly vault?: boolean
  /** Default identities that the server's configuration gives to tasks and services (`vault` and `consul` blocks). */
  readonly vaultIdentity?: IdentityConfig
  readonly consulTaskIdentity?: IdentityConfig
  readonly consulServiceIdentity?: IdentityConfig
  /** @default 50 */
  readonly jobDefaultPriority?: number
  /** @default 100 */
  readonly jobMaxPriority?: number
  /** @default 50000 */
  readonly jobMaxCount?: number
}

/** As `GET /v1/operator/scheduler/configuration` has it. */
export interface SchedulerConfig {
  readonly SchedulerAlgorithm?: 'binpack' | 'spread'
  readonly MemoryOversubscriptionEnabled?: boolean
  readonly PreemptionConfig?: {
    readonly SystemSchedulerEnabled?: boolean
    readonly SysBatchSchedulerEnabled?: boolean
    readonly BatchSchedulerEnabled?: boolean
    readonly ServiceSchedulerEnabled?: boolean
  }
}

export interface IdentityConfig {
  readonly Name?: string
  readonly Audience?: readonly string[]
  readonly Env?: boolean
  readonly File?: boolean
  /** Nanoseconds. */
  readonly TTL?: number
}
