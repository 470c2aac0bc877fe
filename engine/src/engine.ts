import { loadArtifact, type ArtifactName } from './artifact.js'
import { EngineError, type EngineErrorCode } from './errors.js'
import { findings } from './findings.js'
import { runNative } from './native.js'
import type { ApiNode, Cluster, JobToPlan, Plan, PlanOptions, ShortNode } from './plan.js'
import { Pool } from './pool.js'
import type {
  ApiJob,
  Diagnostic,
  FormatResult,
  ParseOptions,
  ParseResult,
  ServerSettings,
  Validation,
} from './types.js'
import { variableFile } from './variables.js'
import type { Call } from './worker.js'

export interface EngineOptions {
  /**
   * Calls that run at the same time, each on a thread of its own.
   * @default 1
   */
  readonly workers?: number
  /**
   * Milliseconds that a call may take; `plan` has its own.
   * @default 30000
   */
  readonly deadlineMs?: number
  /**
   * Megabytes of memory that a call may use, at most 4096.
   * @default 1024
   */
  readonly memoryMb?: number
  /**
   * Path of the native executable, used instead of WebAssembly: for work that is larger than its memory.
   * @default - WebAssembly
   */
  readonly native?: string
}

/** Of one call. */
export interface CallOptions {
  /** @default - the engine's */
  readonly deadlineMs?: number
}

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly kind: EngineErrorCode; readonly message: string; readonly stack?: string }
}

interface Validated {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly error: string
  readonly warning: string
  readonly refused: boolean
}

interface Parsed {
  readonly job?: ApiJob
  readonly error?: string
  readonly diagnostics?: readonly Diagnostic[]
}

/** Copies begin with some 20 MB, those that plan with 84; one that a call made larger is given back. */
const KEEP_MB = 96

/**
 * Nomad's own parser, formatter, validator and scheduler. Calls are independent of each other: whatever one is
 * handed, the next is as the first. Threads start with the first call, and don't keep the process alive.
 */
export class Engine {
  private readonly pools = new Map<ArtifactName, Pool>()
  private readonly deadlineMs: number
  private readonly memoryMb: number

  constructor(private readonly options: EngineOptions = {}) {
    this.deadlineMs = positive('deadlineMs', options.deadlineMs ?? 30_000)
    this.memoryMb = positive('memoryMb', options.memoryMb ?? 1024)
    positive('workers', options.workers ?? 1)
    if (this.memoryMb > 4096) {
      throw new RangeError(
        `memoryMb: WebAssembly's memory ends at 4096 MB, got ${this.memoryMb}. ` +
          'Allowed: 64 to 4096. Use the native executable for more.',
      )
    }
  }

  /**
   * Reads a job in HCL, as `nomad job run` does, without functions that read files.
   * @throws EngineError when there is no answer; what is wrong with the text is in the result.
   */
  async parse(hcl: string, options: ParseOptions & CallOptions = {}): Promise<ParseResult> {
    return parseResult(await this.ask<Parsed>('parser', 'parse', parseParams(hcl, options), options))
  }

  /** Formats HCL as `nomad fmt` does. */
  async format(hcl: string, options: { readonly path?: string } & CallOptions = {}): Promise<FormatResult> {
    const params = { hcl, path: options.path }
    const answer = await this.ask<Parsed & { hcl: string; changed: boolean }>('parser', 'format', params, options)
    const diagnostics = answer.diagnostics ?? []
    return { ok: diagnostics.length === 0, hcl: answer.hcl, changed: answer.changed, diagnostics }
  }

  /** Says what a server says when the job is submitted: Nomad's validation, and its admission mutators and validators. */
  async validate(job: ApiJob, options: { readonly server?: ServerSettings } & CallOptions = {}): Promise<Validation> {
    return validation(await this.ask<Validated>('engine', 'validate', { job, server: options.server ?? {} }, options))
  }

  /** Parses and validates in one call. */
  async check(
    hcl: string,
    options: ParseOptions & { readonly server?: ServerSettings } & CallOptions = {},
  ): Promise<{ readonly parsed: ParseResult; readonly validation?: Validation }> {
    const params = { ...parseParams(hcl, options), server: options.server ?? {} }
    const answer = await this.ask<Parsed & { validation?: Validated }>('engine', 'check', params, options)
    const parsed = parseResult(answer)
    return answer.validation ? { parsed, validation: validation(answer.validation) } : { parsed }
  }

  /** The job as the server would store it: defaults, implied constraints, identities and Connect sidecars filled in. */
  async canonicalize(job: ApiJob, options: { readonly server?: ServerSettings } & CallOptions = {}): Promise<ApiJob> {
    const params = { job, server: options.server ?? {} }
    return (await this.ask<{ job: ApiJob }>('engine', 'canonicalize', params, options)).job
  }

  /** The difference that `nomad job plan` shows, as Nomad's API has it. Undefined stands for no job. */
  async diff(
    old: ApiJob | undefined,
    next: ApiJob | undefined,
    options: { readonly server?: ServerSettings; readonly terse?: boolean } & CallOptions = {},
  ): Promise<JobDiff> {
    const params = { old, new: next, server: options.server ?? {}, terse: options.terse ?? false }
    return (await this.ask<{ diff: JobDiff }>('engine', 'diff', params, options)).diff
  }

  /**
   * Places jobs, one after another, on a cluster with Nomad's own scheduler. The same input gives the same plan.
   */
  async plan(cluster: Cluster, jobs: readonly JobToPlan[], options: PlanOptions & CallOptions = {}): Promise<Plan> {
    const { deadlineMs, seed = 0, now, ...rest } = options
    const params = { cluster, jobs: jobs.map(jobToPlan), ...rest, seed }
    const call = { deadlineMs: deadlineMs ?? Math.max(this.deadlineMs, 120_000) }
    return await this.ask<Plan>('engine', 'plan', params, call, { seed, now })
  }

  /** What short forms of nodes stand for, as Nomad's API has nodes. */
  async nodes(nodes: readonly (ShortNode | ApiNode)[], options: CallOptions = {}): Promise<ApiNode[]> {
    return (await this.ask<{ nodes: ApiNode[] }>('engine', 'nodes', { nodes }, options)).nodes
  }

  /** Ends the threads. Calls that still wait are rejected. */
  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()))
  }

  private async ask<T>(
    artifact: ArtifactName,
    method: string,
    params: unknown,
    options: CallOptions,
    fresh?: Call['fresh'],
  ): Promise<T> {
    const deadlineMs = positive('deadlineMs', options.deadlineMs ?? this.deadlineMs)
    const request = encode(method, params)
    const response = this.options.native
      ? await runNative(this.options.native, request, deadlineMs, method)
      : await this.pool(artifact).call({ request, fresh }, deadlineMs, method)
    const answer = JSON.parse(new TextDecoder().decode(response)) as Answer
    if (answer.error)
      throw new EngineError(answer.error.kind, `${method}: ${answer.error.message}`, { cause: answer.error })
    return answer.result as T
  }

  private pool(artifact: ArtifactName): Pool {
    let pool = this.pools.get(artifact)
    if (!pool) {
      const { memoryMb } = this
      pool = new Pool(this.options.workers ?? 1, async () => ({
        module: await loadArtifact(artifact, memoryMb),
        memoryMb,
        keepMb: KEEP_MB,
      }))
      this.pools.set(artifact, pool)
    }
    return pool
  }
}

/** As Nomad's API has it. */
export interface JobDiff {
  readonly Type: 'None' | 'Added' | 'Deleted' | 'Edited'
  readonly ID: string
  readonly Fields: readonly unknown[] | null
  readonly Objects: readonly unknown[] | null
  readonly TaskGroups: readonly unknown[] | null
}

function jobToPlan(job: JobToPlan): unknown {
  if (typeof job === 'string') return { id: job }
  return 'job' in job ? job : { job }
}

function parseParams(hcl: string, options: ParseOptions): Record<string, unknown> {
  if (typeof hcl !== 'string') throw new TypeError(`parse: expected the job as HCL text, got ${typeof hcl}`)
  const { variables, varArgs, strict = true, path, canonicalize } = options
  const varContent = typeof variables === 'object' ? variableFile(variables) : variables
  return { hcl, path, varContent, varArgs, strict, canonicalize }
}

function parseResult(answer: Parsed): ParseResult {
  if (answer.job) return { ok: true, job: answer.job }
  return { ok: false, error: answer.error ?? '', diagnostics: answer.diagnostics ?? [] }
}

function validation(answer: Validated): Validation {
  return {
    ok: answer.errors.length === 0,
    errors: answer.errors.flatMap(findings),
    warnings: answer.warnings.flatMap(findings),
    text: { error: answer.error, warnings: answer.warning },
    refused: answer.refused,
  }
}

function encode(method: string, params: unknown): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify({ method, params }))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('request', `${method}: what was handed in can't be written as JSON: ${reason}`, { cause })
  }
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new RangeError(`${name}: expected a number above zero, got ${value}`)
}
