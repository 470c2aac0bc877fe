// Reads a group's count from Nomad: data sources of the provider. With ../host.ts, all that knows cdktf.
import { type IResolvable, TerraformDataSource, Token } from 'cdktf'
import { Construct } from 'constructs'
import { escapeForTerraform, isUnresolved, type Provider, terraformGeneratorMetadata } from '../host'

export interface PresentCountOptions {
  readonly jobId: string
  readonly groupName: string
  /** @default 'default' */
  readonly namespace?: string
  /** Bounds that Nomad holds the count to. @default - none */
  readonly min?: number
  readonly max?: number
  /** The count where Nomad doesn't have the group. */
  readonly initial: number
  /** The job's own. @default - the stack's only one */
  readonly provider?: Provider
}

/** A data source by its arguments, as `ProviderResource` is for resources. */
class DataSource extends TerraformDataSource {
  constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    private readonly values: { readonly [name: string]: unknown },
    options: { readonly provider?: Provider; readonly count?: number } = {},
  ) {
    super(scope, id, { terraformResourceType, terraformGeneratorMetadata, ...options })
  }

  /** As it stands in an expression. */
  get address(): string {
    return `data.${this.terraformResourceType}.${this.friendlyUniqueId}`
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.values }
  }
}

/**
 * The count of a group that may be in Nomad or not. `data.nomad_job` fails for a job that isn't there; the list of its
 * allocations is merely empty then, so that is asked first. (A list of scaling policies would say it more directly, but
 * 2.5.2 lists those of one namespace only.)
 */
export class PresentCount extends Construct {
  private readonly job: DataSource

  constructor(
    scope: Construct,
    id: string,
    private readonly options: PresentCountOptions,
  ) {
    super(scope, id)
    const { jobId, namespace = 'default', provider } = options
    const filter = `JobID == ${JSON.stringify(jobId)}`
    const found = new DataSource(this, 'allocations', 'nomad_allocations', { namespace, filter }, { provider })
    const isThere = expression(() => `length(${found.address}.allocations) > 0 ? 1 : 0`)
    this.job = new DataSource(this, 'job', 'nomad_job', { job_id: jobId, namespace }, { provider, count: isThere })
  }

  /** As a token. */
  toNumber(): number {
    const { groupName, min, max, initial } = this.options
    return expression(() => {
      const groups = `${this.job.address}[0].task_groups`
      const name = escapeForTerraform(JSON.stringify(groupName))
      let count = `try([for group in ${groups} : group.count if group.name == ${name}][0], ${initial})`
      if (max !== undefined && !isUnresolved(max)) count = `min(${max}, ${count})`
      if (min !== undefined && !isUnresolved(min)) count = `max(${min}, ${count})`
      return count
    }, initial)
  }
}

/** What Terraform works out, as a number of cdktf's. */
function expression(source: () => string, standIn?: number): number {
  const resolvable: IResolvable & { readonly standIn?: number } = {
    creationStack: [],
    standIn,
    resolve: () => `\${${source()}}`,
    toString: () => `\${${source()}}`,
  }
  return Token.asNumber(resolvable)
}
