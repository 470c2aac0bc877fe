import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The images that the platform's jobs run. */
export const imageNames = [
  'mysql',
  'mysql-agent',
  'mysql-backup',
  'cassandra',
  'schema',
  'haproxy',
  'nginx',
  'web',
  'spark',
  'secrets',
] as const
export type ImageName = (typeof imageNames)[number]
export type Images = Readonly<Record<ImageName, string>>

/** Where the platform runs, and how many of each. */
export interface Settings {
  /** Nomad's API. */
  readonly nomadAddress: string
  /** Nodes of the cluster: Cassandra and HAProxy run on each. */
  readonly nodes: number
  /** Groups of the web tier. */
  readonly webInstances: number
  /** Instances of MySQL: one primary, the others replicas. */
  readonly mysqlInstances: number
  /** Spark executors of one analysis. */
  readonly analysisExecutors: number
  /** Each image's reference, e.g. `198.18.0.1:5000/web:3f2a90c1d2e4`. */
  readonly images: Images
  /** Folder of Terraform's state files. @default - the working directory */
  readonly stateDirectory?: string
}

const count = (least: number) => z.coerce.number().int().min(least).max(1000)
const numbers = z.object({
  nodes: count(1),
  webInstances: count(1),
  mysqlInstances: count(1),
  analysisExecutors: count(1),
})
const references = z.object(Object.fromEntries(imageNames.map((name) => [name, z.string().min(1)])))

/** A setting that is missing or wrong; the message says what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads the settings: numbers from cdktf.json's `context`, each overridden by its environment variable
 * (`SHOAL_NODES`, `SHOAL_WEB_INSTANCES`, `SHOAL_MYSQL_INSTANCES`, `SHOAL_ANALYSIS_EXECUTORS`); images from the file that `SHOAL_IMAGES` names;
 * Terraform's state folder from `SHOAL_STATE_DIR`; Nomad's address from `NOMAD_ADDR` (default `http://127.0.0.1:4646`).
 *
 * @throws SettingsError with every problem at once.
 */
export function readSettings(environment: NodeJS.ProcessEnv, context: (key: string) => unknown): Settings {
  const problems: string[] = []
  const given = Object.fromEntries(
    Object.keys(numbers.shape).map((key) => [key, environment[variableOf(key)] ?? context(key)]),
  )
  const parsed = numbers.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const key = String(issue.path[0])
    problems.push(
      problem(
        `the number '${key}' can't be used`,
        String(given[key]),
        'a whole number from 1 to 1000',
        `set ${variableOf(key)}, or "${key}" in cdktf.json's "context"`,
      ),
    )
  }
  const images = readImages(environment['SHOAL_IMAGES'], problems)
  if (!parsed.success || !images) throw new SettingsError(problems.join('\n'))
  return {
    ...parsed.data,
    images,
    nomadAddress: environment['NOMAD_ADDR'] ?? 'http://127.0.0.1:4646',
    stateDirectory: environment['SHOAL_STATE_DIR'],
  }
}

function readImages(file: string | undefined, problems: string[]): Images | undefined {
  const todo = 'run eval "$(bootstrap/env)" for the virtual fleet, or write the file: docs/guides/own-cluster.md'
  const allowed = `a JSON file that gives the reference of each of ${imageNames.join(', ')}`
  if (!file) {
    problems.push(problem('SHOAL_IMAGES does not say where the images are', 'nothing', allowed, todo))
    return undefined
  }
  try {
    const parsed = references.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (parsed.success) return parsed.data as unknown as Images
    const missing = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
    problems.push(problem(`the file of SHOAL_IMAGES lacks ${missing}`, file, allowed, todo))
  } catch (error) {
    problems.push(problem(`the file of SHOAL_IMAGES can't be read: ${(error as Error).message}`, file, allowed, todo))
  }
  return undefined
}

const variableOf = (key: string) => `SHOAL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const problem = (what: string, given: string, allowed: string, todo: string) =>
  `${what}\n  given    ${given}\n  allowed  ${allowed}\n  do       ${todo}`
