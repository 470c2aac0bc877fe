import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareSynth } from './platform'
import type { ReadyStack } from './ready'

type Attributes = Readonly<Record<string, unknown>>
type Resources = Readonly<Record<string, Readonly<Record<string, Attributes>>>>

/** What the platform's own synth leaves, to be handed to an app that does nothing but fill it in. */
export function readyStacks(outdir: string): ReadyStack[] {
  prepareSynth(outdir)()
  return readdirSync(join(outdir, 'stacks')).map((name) => {
    const text = readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')
    const { resource = {} } = JSON.parse(text) as { resource?: Resources }
    const known = ['nomad_job', 'nomad_acl_policy', 'nomad_variable']
    const other = Object.keys(resource).find((type) => !known.includes(type))
    if (other !== undefined) throw new Error(`the bare app of bench/synth/ready.ts has no ${other} yet`)
    const all = <T>(type: string) => Object.values(resource[type] ?? {}).map((attributes) => configOf(attributes) as T)
    return { name, jobs: all('nomad_job'), policies: all('nomad_acl_policy'), variables: all('nomad_variable') }
  })
}

/** Terraform's arguments by the names that the binding gives them, without what Terraform is told about them. */
function configOf({ '//': _, depends_on: __, ...attributes }: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      camelCase(key),
      key === 'job_acl' ? configOf(value as Attributes) : value,
    ]),
  )
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
