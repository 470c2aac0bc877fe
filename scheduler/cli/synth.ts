import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A job as a synth left it. */
export interface SynthesizedJob {
  /** For messages. */
  readonly path: string
  readonly hcl: string
  /** Values of its HCL2 variables as Terraform's JSON has them. */
  readonly variables: Readonly<Record<string, string>>
}

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly dependencies: readonly string[]; readonly synthesizedStackPath: string }>
  >
}

interface JobResource {
  readonly jobspec: string
  readonly hcl2?: { readonly vars?: Readonly<Record<string, string>> }
  readonly depends_on?: readonly string[]
}

/** Whether a synth of cdktf wrote this folder. */
export const isSynth = (folder: string): boolean => existsSync(join(folder, 'manifest.json'))

/** Every job of a synth: stacks that others depend on first, and within a stack, jobs that others depend on. */
export function readSynth(folder: string): readonly SynthesizedJob[] {
  const { stacks } = json<Manifest>(join(folder, 'manifest.json'))
  const order = inOrder(Object.keys(stacks), (name) => stacks[name]?.dependencies ?? [])
  return order.flatMap((name) => {
    const file = join(folder, stacks[name]?.synthesizedStackPath ?? '')
    const { resource } = json<{ readonly resource?: { readonly nomad_job?: Readonly<Record<string, JobResource>> } }>(
      file,
    )
    const jobs = resource?.nomad_job ?? {}
    const after = (id: string) => (jobs[id]?.depends_on ?? []).map((address) => address.replace(/^nomad_job\./, ''))
    return inOrder(Object.keys(jobs), after).flatMap((id) => {
      const job = jobs[id]
      // The same text is in the .nomad.hcl beside it, where one of an earlier synth may lie as well.
      return job ? [{ path: `${file}: ${id}`, hcl: unescape(job.jobspec), variables: job.hcl2?.vars ?? {} }] : []
    })
  })
}

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

/** As they are given, but each after those that it comes after. */
function inOrder(names: readonly string[], after: (name: string) => readonly string[]): readonly string[] {
  const order = new Set<string>()
  const visit = (name: string, way: readonly string[]): void => {
    if (order.has(name) || !names.includes(name) || way.includes(name)) return
    for (const other of after(name)) visit(other, [...way, name])
    order.add(name)
  }
  for (const name of names) visit(name, [])
  return [...order]
}

/** Text of Terraform's JSON as what it stands for: `$${` is `${`. */
export const unescape = (text: string): string => text.replace(/([$%])\1\{/g, '$1{')

/** Whether it is an expression, whose value only Terraform knows. */
export const isExpression = (text: string): boolean => /[$%]\{/.test(text.replace(/([$%])\1\{/g, ''))
