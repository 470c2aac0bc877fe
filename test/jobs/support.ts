import { TerraformStack, Testing } from 'cdktf'
import type { Construct } from 'constructs'
import type { Job } from '../../nomad'

/** What a job and everything beside it synthesizes to. */
export interface Synthesized {
  readonly job: Job
  readonly spec: ReturnType<Job['toSpec']>
  readonly hcl: string
  /** Terraform's resources by type: their attributes. */
  readonly resources: Record<string, Record<string, Record<string, unknown>>>
}

export function synthesize(make: (scope: Construct) => Job): Synthesized {
  const stack = new TerraformStack(Testing.app(), 'stack')
  const job = make(stack)
  const { resource } = JSON.parse(Testing.synth(stack)) as { resource: Synthesized['resources'] }
  const errors = job.findings('error')
  if (errors.length) throw new Error(errors.map((e) => `${e.path}: ${e.problem}`).join('\n'))
  return { job, spec: job.toSpec(), hcl: job.render().hcl, resources: resource }
}

/** The only group of a job that has one. */
export function onlyGroup({ spec }: Synthesized) {
  const [group, ...others] = spec.group ?? []
  if (!group || others.length) throw new Error(`expected one group, got ${(spec.group ?? []).length}`)
  return group
}

/** A task of a job by its name. */
export function task({ spec }: Synthesized, name: string) {
  const found = (spec.group ?? []).flatMap((g) => g.task ?? []).find((t) => t.name === name)
  if (!found) throw new Error(`no task '${name}'`)
  return found
}
