import { readFileSync } from 'node:fs'
import { AclPolicy, type AclPolicyConfig } from '@cdktf/provider-nomad/lib/acl-policy'
import { Job, type JobConfig } from '@cdktf/provider-nomad/lib/job'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { Variable, type VariableConfig } from '@cdktf/provider-nomad/lib/variable'
import { App, TerraformStack } from 'cdktf'

/** A stack of the platform, as one without our constructs is given: what each resource gets, a job its text. */
export interface ReadyStack {
  readonly name: string
  readonly jobs: readonly JobConfig[]
  readonly policies: readonly AclPolicyConfig[]
  readonly variables: readonly VariableConfig[]
}

/** A bare app of cdktf as its provider's documentation has it: the same resources, the jobs as ready texts. */
export function prepare(outdir: string, file: string): () => string {
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as readonly ReadyStack[]
  return () => {
    const app = new App({ outdir })
    let count = 0
    for (const { name, jobs, policies, variables } of stacks) {
      const stack = new TerraformStack(app, name)
      new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
      for (const [i, config] of jobs.entries()) new Job(stack, `job-${i}`, config)
      for (const [i, config] of policies.entries()) new AclPolicy(stack, `policy-${i}`, config)
      for (const [i, config] of variables.entries()) new Variable(stack, `variable-${i}`, config)
      count += jobs.length
    }
    app.synth()
    return `${count} jobs`
  }
}
