import { Construct } from 'constructs'
import { NomadConstructsError } from './errors'
import { type Grantee, grantVariables } from './grant'
import { type Provider, isUnresolved } from './host'
import { variableResource } from './host/resources'

/** What a {@link NomadVariable} holds. */
export interface NomadVariableProps {
  /** Where it is, e.g. `nomad/jobs/web`, which each task of the job `web` may read without a grant. */
  readonly path: string
  /** Its items: texts, or tokens of cdktf. */
  readonly items: Readonly<Record<string, string>>
  /** @default 'default' */
  readonly namespace?: string
  /** @default - the stack's only one */
  readonly provider?: Provider
}

/**
 * A Nomad variable that Terraform writes: settings that change without a new version of a job, read by a template
 * (`nomadVar`). Its items are in Terraform's configuration and state in clear: what is secret belongs in a {@link Secret}.
 * @example job.dependsOn(new NomadVariable(job, 'size', { path: 'nomad/jobs/web', items: { instances: '3' } }))
 */
export class NomadVariable extends Construct {
  /** Where it is. */
  readonly path: string

  /** @throws NomadConstructsError when Nomad takes no such path or item */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: NomadVariableProps,
  ) {
    super(scope, id)
    const { path, items, namespace, provider } = props
    if (!isUnresolved(path) && (!/^[A-Za-z0-9_~/-]{1,128}$/.test(path) || isNomads(path))) {
      throw new NomadConstructsError({
        rule: 'variable-path',
        level: 'error',
        path: this.node.path,
        problem: 'Nomad takes no variable of this path',
        given: `'${path}'`,
        allowed: `1 to 128 letters, digits and - _ ~ /; below nomad/ only jobs, sentinel and job-templates/<name>`,
        do: 'choose another path',
      })
    }
    if (Object.keys(items).length === 0) {
      throw new NomadConstructsError({
        rule: 'variable-items',
        level: 'error',
        path: this.node.path,
        problem: 'Nomad takes no variable without an item',
        given: 'no item',
        do: 'add one',
      })
    }
    this.path = path
    // cdktf leaves 'Default' out of the resource's address in Terraform
    variableResource(this, 'Default', { path, items, namespace, provider })
  }

  /** Lets a job, a group or a task read the variable: nothing is made where Nomad allows it anyway. */
  grantRead(to: Grantee): this {
    grantVariables(to, { path: this.path, capabilities: ['read'], namespace: this.props.namespace ?? 'default' })
    return this
  }
}

/** Nomad keeps `nomad/` to itself, but for what belongs to jobs and to Sentinel. */
function isNomads(path: string): boolean {
  const [top, kind, ...below] = path.split('/')
  if (top !== 'nomad' || kind === 'jobs' || kind === 'sentinel') return false
  return kind !== 'job-templates' || below.length !== 1
}
