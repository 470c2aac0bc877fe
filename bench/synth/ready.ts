import { readFileSync } from 'node:fs'
import { Job } from '@cdktf/provider-nomad/lib/job'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformResource, TerraformStack } from 'cdktf'

/** What the platform's stacks hold, as `cdk.tf.json` has it. */
export interface ReadyStack {
  readonly name: string
  readonly resources: readonly { readonly type: string; readonly attributes: Readonly<Record<string, unknown>> }[]
}

interface JobAttributes {
  readonly jobspec: string
  readonly detach?: boolean
  readonly hcl2?: { readonly vars: Record<string, string> }
  readonly timeouts?: { readonly create: string; readonly update: string }
}

/** A resource that isn't a job: what it holds, and no more work than that. */
class Ready extends TerraformResource {
  constructor(
    scope: TerraformStack,
    id: string,
    terraformResourceType: string,
    private readonly attributes: Readonly<Record<string, unknown>>,
  ) {
    super(scope, id, { terraformResourceType })
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.attributes }
  }
}

/** A bare app of cdktf: the same stacks and resources, the jobs as ready texts. */
export function prepare(outdir: string, file: string): () => string {
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as readonly ReadyStack[]
  return () => {
    const app = new App({ outdir })
    let jobs = 0
    for (const { name, resources } of stacks) {
      const stack = new TerraformStack(app, name)
      new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
      for (const [i, { type, attributes }] of resources.entries()) {
        if (type !== 'nomad_job') {
          new Ready(stack, `resource-${i}`, type, attributes)
          continue
        }
        const { jobspec, detach, hcl2, timeouts } = attributes as unknown as JobAttributes
        new Job(stack, `job-${i}`, { jobspec, detach, hcl2, timeouts, purgeOnDestroy: true })
        jobs++
      }
    }
    app.synth()
    return `${jobs} jobs`
  }
}
