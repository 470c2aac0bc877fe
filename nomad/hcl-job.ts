import { existsSync, readFileSync } from 'node:fs'
import { Construct, type IConstruct } from 'constructs'
import { NomadConstructsError } from './errors'
import { parseDuration } from './hcl/duration'
import { addDependency, escapeForTerraform, isUnresolved, JobResource, type Provider } from './host'
import { JobFileError, type JobParser, loadEngine, type ParserVariable } from './import/parser'
import { type Block, scan } from './import/scan'
import { Duration } from './units'

/** A value of an HCL2 variable: a text (also one that only Terraform knows), or plain data. */
export type HclVariable =
  string | number | boolean | null | readonly HclVariable[] | { readonly [name: string]: HclVariable }

/** How a file in HCL becomes a job. Exactly one of `path` and `text` is given. */
export interface HclJobProps {
  /** A job file. @default - `text` */
  readonly path?: string
  /** A job in HCL. @default - the content of `path` */
  readonly text?: string
  /** Values of its `variable` blocks. @default - their own defaults */
  readonly variables?: Readonly<Record<string, HclVariable>>
  /** Terraform goes on at once instead of waiting until the job is healthy. @default - false for service and system jobs, true for others */
  readonly detach?: boolean
  /** `terraform destroy` removes the job from Nomad for good. @default true */
  readonly purgeOnDestroy?: boolean
  /** Runs a dead job again at the next deploy. @default - Terraform's: false */
  readonly rerunIfDead?: boolean
  /** One of several providers of the stack, e.g. of another region: its alias. @default - the stack's only one */
  readonly provider?: Provider
  /** How long Terraform waits. @default - the longest progress deadline in the file, or 10 min, and 5 min more */
  readonly timeout?: Duration
}

/**
 * A job that is written in HCL already, sent to Nomad as it is. It can wait for other jobs and be waited for, and moved to
 * typed constructs later: `npx nomad-constructs import job.nomad.hcl`. Rules don't look into it; {@link HclJob.parse} does.
 * @example new HclJob(stack, 'legacy', { path: 'legacy.nomad.hcl', variables: { image: 'legacy:7' } })
 */
export class HclJob extends Construct {
  /** The job's text. */
  readonly hcl: string
  /** The job's id in Nomad: the label of its `job` block. */
  readonly jobId: string
  private readonly outline: Block
  private readonly path: string

  /** @throws NomadConstructsError where there is no such file, or no job in it */
  constructor(
    scope: Construct,
    id: string,
    /** What it was told. */
    readonly props: HclJobProps,
  ) {
    super(scope, id)
    this.hcl = this.read()
    this.path = props.path ?? `${id}.nomad.hcl`
    const job = scan(this.hcl).blocks.find((block) => block.type === 'job')
    if (!job) throw this.wrong(`the text has no job block`, `${this.hcl.trim().slice(0, 60)}`, 'give a job in HCL')
    this.outline = job
    this.jobId = job.labels[0] ?? id
    new JobResource(this, 'resource', {
      provider: props.provider,
      render: () => this.render(),
      fileName: () => `${this.jobId}.nomad.hcl`,
      settings: () => ({
        detach: this.detach,
        purgeOnDestroy: this.props.purgeOnDestroy ?? true,
        rerunIfDead: this.props.rerunIfDead,
        timeout: this.timeout().toString(),
      }),
      warnings: () => [],
    })
  }

  /** Whether Terraform goes on without waiting for the job. */
  get detach(): boolean {
    const type = this.outline.attributes.find((a) => a.name === 'type')?.source
    return this.props.detach ?? !(type === undefined || type === '"service"' || type === '"system"')
  }

  /** Registers this job only after another job, or all jobs of another stack. */
  dependsOn(other: IConstruct): this {
    addDependency(this, other)
    return this
  }

  /** The job's HCL, and the Terraform expressions that its variables get. */
  render(): { hcl: string; variables: Readonly<Record<string, unknown>> } {
    const variables = Object.entries(this.props.variables ?? {}).map(([name, v]) => [name, terraformValue(v)])
    return { hcl: this.hcl, variables: Object.fromEntries(variables) as Record<string, unknown> }
  }

  /**
   * The job as Nomad's API has it, read by Nomad's own parser: for tests.
   * @param parser @default - an engine of the package `nomad-engine`
   * @throws EngineMissing where that is not installed
   * @throws JobFileError where the text is wrong, with the lines
   */
  async parse(parser?: JobParser): Promise<Readonly<Record<string, unknown>>> {
    const engine = parser ? undefined : await loadEngine()
    try {
      const variables = this.props.variables as Readonly<Record<string, ParserVariable>> | undefined
      const answer = await (parser ?? engine)?.parse(this.hcl, { variables, path: this.path })
      if (answer?.ok) return answer.job
      throw new JobFileError(this.path, answer ?? { error: 'nothing was said' })
    } finally {
      await engine?.close()
    }
  }

  private read(): string {
    const { path, text } = this.props
    if ((path === undefined) === (text === undefined)) {
      const given = path === undefined ? 'neither' : 'both'
      throw this.wrong('a job in HCL is a file or a text', given, 'give one of path and text')
    }
    if (text !== undefined) return text
    if (path === undefined || !existsSync(path)) {
      throw this.wrong('there is no such job file', `'${path}'`, 'correct the path: it is relative to where synth runs')
    }
    return readFileSync(path, 'utf8')
  }

  private wrong(problem: string, given: string, what: string): NomadConstructsError {
    return new NomadConstructsError({ rule: 'hcl-job', level: 'error', path: this.node.path, problem, given, do: what })
  }

  private timeout(): Duration {
    if (this.props.timeout) return this.props.timeout
    const updates = [this.outline, ...this.outline.blocks.filter((b) => b.type === 'group')]
    const deadlines = updates.flatMap((block) =>
      block.blocks
        .filter((b) => b.type === 'update')
        .flatMap((b) => b.attributes)
        .filter((a) => a.name === 'progress_deadline')
        .map((a) => (parseDuration(a.source.replace(/^"|"$/g, '')) ?? 0) / 1e6),
    )
    const longest = deadlines.length > 0 ? Math.max(...deadlines) : Duration.minutes(10).toMilliseconds
    return Duration.milliseconds(longest + Duration.minutes(5).toMilliseconds)
  }
}

/** Texts go as they are; Nomad reads any other variable as an HCL expression, and JSON is one once `${` is escaped. */
function terraformValue(value: HclVariable): unknown {
  if (typeof value === 'string') return isUnresolved(value) ? value : escapeForTerraform(value)
  return escapeForTerraform(JSON.stringify(value).replace(/([$%])\{/g, '$1$1{'))
}
