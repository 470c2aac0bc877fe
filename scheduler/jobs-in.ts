import type { IConstruct } from 'constructs'
import type { ApiJob, Engine, VariableValue } from 'nomad-engine'
import { HclJob, Job } from '../nomad'
import { renderJson, type ValueObject } from '../nomad/hcl'
import { PlannerError } from './placement'

/** How jobs are read. */
export interface JobsInOptions {
  /**
   * Values of HCL2 variables, which only Terraform knows. Texts need none: where a job goes does not depend on an image's
   * name. @default {}
   */
  readonly variables?: Readonly<Record<string, VariableValue>>
  /** Nomad's parser, for jobs with variables and for those in HCL. */
  readonly engine: Pick<Engine, 'parse'>
}

/** Stands for a text that only Terraform knows. */
export const unknownText = 'known-after-apply'

/**
 * Every job at or below a construct as Nomad's API has it, in the order in which stacks depend on each other, and as they
 * were added within one.
 * @throws PlannerError for a job that Nomad's parser refuses, and for a number that only Terraform knows
 */
export async function jobsIn(scope: IConstruct, options: JobsInOptions): Promise<readonly ApiJob[]> {
  const found = inOrder(scope.node.findAll().filter((one) => one instanceof Job || one instanceof HclJob))
  const jobs: ApiJob[] = []
  for (const job of found) jobs.push(await apiJob(job, options))
  return jobs
}

async function apiJob(job: Job | HclJob, { engine, variables = {} }: JobsInOptions): Promise<ApiJob> {
  if (job instanceof HclJob) return (await job.parse({ parse: (hcl, how) => engine.parse(hcl, how) })) as ApiJob
  const { hcl, declared } = job.render()
  if (declared.length === 0) return renderJson(job.toSpec() as unknown as ValueObject)
  const values = declared.map(({ name, type, standIn }): [string, VariableValue] => {
    if (variables[name] !== undefined) return [name, variables[name]]
    if (type === 'number' && standIn === undefined) throw unknownNumber(job, name)
    return [name, type === 'string' ? unknownText : type === 'number' ? (standIn ?? 0) : null]
  })
  const parsed = await engine.parse(hcl, { variables: Object.fromEntries(values), path: `${job.jobId}.nomad.hcl` })
  if (parsed.ok) return parsed.job
  throw new PlannerError({
    what: `${job.node.path}: Nomad's parser refuses the job`,
    given: parsed.error,
    allowed: 'a job that `nomad job validate` takes',
    do: 'see what expect(stack).to.be.validNomadJobs(engine) says',
  })
}

const unknownNumber = (job: Job, name: string): PlannerError =>
  new PlannerError({
    what: `${job.node.path}: the number '${name}' is known to Terraform only, and how much has to fit depends on it`,
    given: 'a token of Terraform',
    allowed: 'a number in the program, Count.preserved(), or a value for this question',
    do: `add variables: { ${name}: 3 } to the options`,
  })

/** Whatever holds jobs and waits for others of its kind: a stack of cdktf. */
interface Ordered extends IConstruct {
  readonly dependencies?: readonly IConstruct[]
}

/** Stable: only what depends on another stack comes after that. */
function inOrder<T extends IConstruct>(jobs: readonly T[]): readonly T[] {
  const stackOf = (job: T): Ordered | undefined =>
    job.node.scopes.find((scope): scope is Ordered => Array.isArray((scope as Ordered).dependencies))
  const order: IConstruct[] = []
  const visit = (stack: Ordered): void => {
    if (order.includes(stack)) return
    for (const other of stack.dependencies ?? []) visit(other)
    if (!order.includes(stack)) order.push(stack)
  }
  for (const job of jobs) {
    const stack = stackOf(job)
    if (stack) visit(stack)
  }
  const place = (job: T) => {
    const stack = stackOf(job)
    return stack ? order.indexOf(stack) : -1
  }
  return [...jobs].sort((a, b) => place(a) - place(b))
}
