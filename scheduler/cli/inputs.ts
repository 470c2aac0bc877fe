import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiJob, Engine } from 'nomad-engine'
import { PlannerError } from '../placement'
import { UsageError } from './arguments'
import { isExpression, isSynth, readSynth, type SynthesizedJob, unescape } from './synth'

/** Stands for a text that only Terraform knows, such as an image's name: where a job goes does not depend on it. */
const unknownText = 'known-after-apply'

/**
 * Reads jobs: files in HCL or API JSON, folders of a synth, and other folders with `*.nomad.hcl` files in them.
 * @param variables `name=value`, each for the jobs that declare it
 * @throws UsageError where there is no such file or no job; PlannerError for a job that Nomad's parser refuses
 */
export async function readJobs(
  paths: readonly string[],
  variables: readonly string[],
  parser: Pick<Engine, 'parse'>,
): Promise<readonly ApiJob[]> {
  const jobs: ApiJob[] = []
  const used = new Set<string>()
  for (const path of paths) {
    if (!existsSync(path))
      throw new UsageError(`there is no '${path}'. Allowed: a file, or a folder (npx cdktf synth).`)
    if (path.endsWith('.json')) jobs.push(...fromJson(path))
    else for (const one of textsOf(path)) jobs.push(await fromHcl(one, variables, parser, used))
  }
  if (jobs.length === 0) throw new UsageError(`no job in ${paths.map((path) => `'${path}'`).join(', ')}.`)
  const unused = variables.find((given) => !used.has(given))
  if (unused !== undefined) throw new UsageError(`--var: no job declares the variable of '${unused}'.`)
  return jobs
}

function textsOf(path: string): readonly SynthesizedJob[] {
  if (!statSync(path).isDirectory()) return [{ path, hcl: readFileSync(path, 'utf8'), variables: {} }]
  if (isSynth(path)) return readSynth(path)
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nomad.hcl'))
  return files.sort().flatMap((name) => textsOf(join(path, name)))
}

async function fromHcl(
  { path, hcl, variables }: SynthesizedJob,
  given: readonly string[],
  parser: Pick<Engine, 'parse'>,
  used: Set<string>,
): Promise<ApiJob> {
  const mine = given.filter((one) => declared(hcl, nameOf(one)) !== undefined)
  for (const one of mine) used.add(one)
  const named = new Set(mine.map(nameOf))
  const others = Object.entries(variables)
    .filter(([name]) => !named.has(name))
    .map(([name, value]) => `${name}=${isExpression(value) ? standIn(path, hcl, name, value) : unescape(value)}`)
  const parsed = await parser.parse(hcl, { path, varArgs: [...others, ...mine] })
  if (parsed.ok) return parsed.job
  throw new PlannerError({
    what: `Nomad's parser refuses the job of ${path}`,
    given: parsed.error.trim(),
    allowed: 'a job that `nomad job validate` takes, with a value for each variable that has no default',
    do: `correct it, or give values by --var NAME=VALUE`,
  })
}

const nameOf = (given: string): string => given.slice(0, given.indexOf('='))

/** The type of a variable that the text declares. */
function declared(hcl: string, name: string): string | undefined {
  const block = new RegExp(`^variable "${name.replace(/[^\w-]/g, '')}" \\{([^}]*)\\}`, 'm').exec(hcl)
  return block ? (/type\s*=\s*(\S+)/.exec(block[1] ?? '')?.[1] ?? 'any') : undefined
}

function standIn(path: string, hcl: string, name: string, value: string): string {
  if (declared(hcl, name) === 'string') return unknownText
  throw new PlannerError({
    what: `${path}: the variable '${name}' is known to Terraform only, and how much has to fit may depend on it`,
    given: value,
    allowed: 'a value for this question',
    do: `add --var ${name}=VALUE`,
  })
}

function fromJson(path: string): readonly ApiJob[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const jobs = (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) =>
      isRecord(one) && isRecord(one['Job']) ? one['Job'] : one,
    )
    if (jobs.every((one): one is Record<string, unknown> => isRecord(one) && typeof one['ID'] === 'string')) return jobs
    throw new SyntaxError('there is no ID in it')
  } catch (error) {
    throw new UsageError(`'${path}' is no job as Nomad's API has it: ${(error as Error).message}.`)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
