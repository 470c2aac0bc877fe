import { Construct, type IConstruct } from 'constructs'
import type { Parameterized, Periodic } from './batch'
import { blocksOf } from './blocks'
import { cycle, type DependsOnOptions, providerWaits, untilOf, wayTo } from './dependency'
import { describe, type Finding, NomadConstructsError } from './errors'
import { Fleet } from './fleet'
import { Group, type GroupProps } from './group'
import { renderHcl, type ValueObject, type Variable } from './hcl'
import { addDependency, JobResource, type Provider, TokenVariables } from './host'
import { JobWaiter } from './host/waiter'
import { verdictOf } from './judge'
import { applyPatch, type PatchOperation } from './patch'
import type { Affinity, Constraint, Spread } from './placement'
import { changed, revision } from './revision'
import type { JobSpec } from './spec'
import type { Migrate, Reschedule, Update } from './strategy'
import { Duration } from './units'
import { type JobContext, rules, validate } from './validate'
import { type Claims, claimsOf } from './validate/across'
import { unknownSilences } from './validate/silence'
import { togetherOf } from './validate/together'

/** How Nomad runs a job: for good, to its end, or on each node. */
export type JobType = 'service' | 'batch' | 'system' | 'sysbatch'

/** What a {@link Job} may be told. */
export interface JobProps {
  /** @default 'service' */
  readonly type?: JobType
  /** The job's id in Nomad. @default - the construct's id */
  readonly jobId?: string
  /** The job's name in Nomad. @default - its id */
  readonly name?: string
  /** 1 to 100; higher goes first. @default - Nomad's: 50 */
  readonly priority?: number
  /** Datacenters, with wildcards. @default - all: `*` */
  readonly datacenters?: readonly string[]
  /** @default - the provider's */
  readonly region?: string
  /** @default - the provider's, or `default` */
  readonly namespace?: string
  /** @default 'default' */
  readonly nodePool?: string
  /** @default {} */
  readonly meta?: Readonly<Record<string, string>>
  /** @default - Nomad's: one at a time */
  readonly update?: Update
  /** @default - Nomad's */
  readonly reschedule?: Reschedule
  /** @default - Nomad's */
  readonly migrate?: Migrate
  /** @default [] */
  readonly constraints?: readonly Constraint[]
  /** @default [] */
  readonly affinities?: readonly Affinity[]
  /** @default [] */
  readonly spreads?: readonly Spread[]
  /** @default - runs when it is registered */
  readonly parameterized?: Parameterized
  /** @default - runs when it is registered */
  readonly periodic?: Periodic
  /** What Nomad's UI shows. @default - nothing */
  readonly ui?: {
    readonly description?: string
    readonly links?: readonly { readonly label: string; readonly url: string }[]
  }
  /** Places all of a group or nothing. @default false */
  readonly allAtOnce?: boolean
  /** Terraform goes on at once instead of waiting until the job is healthy. @default - false for service and system jobs that have a deployment, true for others */
  readonly detach?: boolean
  /** `terraform destroy` removes the job from Nomad for good. @default true */
  readonly purgeOnDestroy?: boolean
  /** Runs a dead job again at the next deploy. @default - Terraform's: false */
  readonly rerunIfDead?: boolean
  /** One of several providers of the stack, e.g. of another region: its alias. @default - the stack's only one */
  readonly provider?: Provider
  /** How long Terraform waits. @default - the longest progress deadline, and 5 min more */
  readonly timeout?: Duration
  /** Names of rules that are meant to be broken here. @default [] */
  readonly silence?: readonly string[]
  /** Anything else of Nomad's job block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<JobSpec>>
}

/** A job as text. */
export interface Rendered {
  /** As a person would write it. */
  readonly hcl: string
  /** The Terraform expressions that the text's variables get. */
  readonly variables: Readonly<Record<string, unknown>>
  /** The text's variables. */
  readonly declared: readonly Variable[]
}

/** What is made of a tree, for as long as that doesn't change. */
interface Made {
  readonly revision: number
  rendered?: Rendered
  /** From a rendering until the checks, which go through the same. */
  spec?: JobSpec
  findings?: readonly Finding[]
  claims?: Claims
}

/** A Nomad job. */
export class Job extends Construct {
  private readonly groups: Group[] = []
  private readonly patches: PatchOperation[] = []
  private readonly dependencies: Job[] = []
  private readonly resource: JobResource
  private made: Made | undefined

  constructor(
    scope: Construct,
    id: string,
    /** What it was told. */
    readonly props: JobProps = {},
  ) {
    super(scope, id)
    this.resource = new JobResource(this, 'resource', {
      provider: props.provider,
      render: () => this.render(),
      fileName: () => `${this.jobId}.nomad.hcl`,
      settings: () => ({
        detach: this.detach,
        purgeOnDestroy: this.props.purgeOnDestroy ?? true,
        rerunIfDead: this.props.rerunIfDead,
        timeout: this.timeout().toString(),
      }),
      warnings: () => this.findings('warning').map(describe),
    })
    this.node.addValidation({ validate: () => this.findings('error').map((finding) => `\n${describe(finding)}`) })
  }

  /** The job's id in Nomad. */
  get jobId(): string {
    return this.props.jobId ?? this.node.id
  }

  /** How Nomad runs it. */
  get type(): JobType {
    return this.props.type ?? 'service'
  }

  /** Whether Terraform goes on without waiting for the job. */
  get detach(): boolean {
    return this.props.detach ?? !(this.type === 'service' || this.type === 'system')
  }

  /** The job's groups, in the order they were added. */
  get allGroups(): readonly Group[] {
    return [...this.groups]
  }

  /** @throws NomadConstructsError when the name is taken */
  addGroup(name: string, props: GroupProps = {}): Group {
    if (this.groups.some((group) => group.groupName === name)) {
      throw new NomadConstructsError({
        rule: 'duplicate-group',
        level: 'error',
        path: this.node.path,
        problem: `the job has a group '${name}' already`,
        given: `'${name}'`,
        allowed: `any name but ${this.groups.map((g) => `'${g.groupName}'`).join(', ')}`,
        do: 'give the second group another name',
      })
    }
    const group = new Group(this, name, props)
    this.groups.push(group)
    changed()
    return group
  }

  /**
   * Registers this job only when another one, or each job of another stack, has come so far. Where the provider doesn't
   * wait itself (batch jobs, detached ones), Terraform runs a small script that asks Nomad; it gives up after the other
   * job's `timeout`.
   * @throws NomadConstructsError when the jobs wait for each other, or for what never comes
   */
  dependsOn(other: IConstruct, options: DependsOnOptions = {}): this {
    if (other instanceof Job) this.awaitJob(other, options)
    else if (options.until !== undefined) {
      for (const job of other.node.findAll()) if (job instanceof Job && job !== this) this.awaitJob(job, {})
    }
    addDependency(this, other, options.until !== 'registered')
    changed()
    return this
  }

  private awaitJob(other: Job, options: DependsOnOptions): void {
    const way = wayTo(other, this, (job) => job.dependencies)
    if (way) throw cycle(this, way)
    const until = untilOf(this, other, options.until)
    this.dependencies.push(other)
    if (!providerWaits(other, until, Fleet.versionFor(other))) other.addWaiter(until as 'healthy' | 'complete')
  }

  /** Whoever depends on the job's resources from now on waits for this. Made once. */
  private addWaiter(until: 'healthy' | 'complete'): void {
    if (this.node.tryFindChild(until)) return
    new JobWaiter(this, until, {
      resource: this.resource,
      jobId: this.jobId,
      until,
      seconds: () => Math.ceil(this.timeout().toMilliseconds / 1000),
      namespace: this.props.namespace,
      region: this.props.region,
    })
  }

  /**
   * Changes the rendered spec by JSON Patch (RFC 6902), for what has no typed way. Paths are of Nomad's HCL names;
   * labelled blocks go by their label: `/group/web/task/server/config/privileged`.
   */
  patch(...operations: readonly PatchOperation[]): this {
    this.patches.push(...operations)
    changed()
    return this
  }

  /** The job as plain data, by Nomad's own HCL names. */
  toSpec(): JobSpec {
    const p = this.props
    const spec: JobSpec = {
      id: this.jobId,
      name: p.name,
      type: this.type,
      region: p.region,
      namespace: p.namespace,
      datacenters: p.datacenters && [...p.datacenters],
      node_pool: p.nodePool,
      priority: p.priority,
      all_at_once: p.allAtOnce,
      constraint: blocksOf(p.constraints),
      affinity: blocksOf(p.affinities),
      spread: blocksOf(p.spreads),
      update: p.update?.toSpec(),
      reschedule: p.reschedule?.toSpec(),
      migrate: p.migrate?.toSpec(),
      periodic: p.periodic?.toSpec(),
      parameterized: p.parameterized?.toSpec(),
      meta: p.meta && { ...p.meta },
      ui: p.ui && { description: p.ui.description, link: p.ui.links?.map((link) => ({ ...link })) },
      group: this.groups.map((group) => group.toSpec()),
      ...p.raw,
    }
    return applyPatch(spec, this.patches, this.node.path)
  }

  /** The job's HCL, and the Terraform expressions that its variables get. Made once for each state of the tree. */
  render(): Rendered {
    const made = this.make()
    if (made.rendered) return made.rendered
    const spec = this.toSpec()
    if (!made.findings) made.spec = spec
    return (made.rendered = this.write(spec))
  }

  /** What is wrong or doubtful with the job, but for what is silenced. */
  findings(level?: Finding['level']): readonly Finding[] {
    const made = this.make()
    made.findings ??= this.check(made)
    const [together, verdict] = [togetherOf(this), verdictOf(this)]
    const all = together.length + verdict.length > 0 ? [...made.findings, ...together, ...verdict] : made.findings
    const silenced = this.props.silence ?? []
    return all.filter((f) => (level === undefined || f.level === level) && !silenced.includes(f.rule))
  }

  /** What the job wants of the cluster that other jobs of its app may want too. */
  claims(): Claims {
    const made = this.make()
    made.findings ??= this.check(made)
    return (made.claims ??= claimsOf(this.context(this.toSpec())))
  }

  private context(spec: JobSpec): JobContext {
    return { spec, path: this.node.path, detach: this.detach, version: Fleet.versionFor(this) }
  }

  private check(made: Made): readonly Finding[] {
    const spec = made.spec ?? this.toSpec()
    made.spec = undefined
    const job = this.context(spec)
    const policies = Fleet.policiesFor(this)
    const findings = validate(job, policies)
    findings.push(...unknownSilences(this.props.silence ?? [], rules, policies, this.node.path))
    made.claims = claimsOf(job)
    // who checks a job writes it next: now, so that the specs of a thousand jobs needn't be kept until then
    if (!findings.some((finding) => finding.level === 'error')) made.rendered ??= this.write(spec)
    return findings
  }

  private write(spec: JobSpec): Rendered {
    const tokens = new TokenVariables(this)
    const written = tokens.replace(spec as unknown as ValueObject) as ValueObject
    return { hcl: renderHcl(written, tokens.variables), variables: tokens.values, declared: tokens.variables }
  }

  /** What was made of the tree as it is now. */
  private make(): Made {
    if (this.made?.revision !== revision()) this.made = { revision: revision() }
    return this.made
  }

  private timeout(): Duration {
    if (this.props.timeout) return this.props.timeout
    const updates = [this.props.update, ...this.groups.map((group) => group.props.update)]
    const deadlines = updates.map((u) => (u?.options.progressDeadline ?? Duration.minutes(10)).toMilliseconds)
    return Duration.milliseconds(Math.max(...deadlines) + Duration.minutes(5).toMilliseconds)
  }
}
