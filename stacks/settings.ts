import { readFileSync } from 'node:fs'

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
  'keeper',
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
  /** Each image's reference, e.g. `198.18.0.1:5117/web:3f2a90c1d2e4`. */
  readonly images: Images
  /** Folder of Terraform's state files. @default - the working directory */
  readonly stateDirectory?: string
}

/** The settings that are numbers, of which there is at least one of each. */
const numbers = ['nodes', 'webInstances', 'mysqlInstances', 'analysisExecutors'] as const
const most = 1000

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
  const counts = numbers.map((key) => {
    const given = environment[variableOf(key)] ?? context(key)
    const count = wholeNumber(given)
    if (count === undefined) {
      problems.push(
        problem(
          `the number '${key}' can't be used`,
          given === undefined ? 'nothing' : String(given),
          `a whole number from 1 to ${most}`,
          `set ${variableOf(key)}, or "${key}" in cdktf.json's "context"`,
        ),
      )
    }
    return [key, count] as const
  })
  const images = readImages(environment['SHOAL_IMAGES'], problems)
  if (problems.length > 0 || !images) throw new SettingsError(problems.join('\n'))
  return {
    ...(Object.fromEntries(counts) as Record<(typeof numbers)[number], number>),
    images,
    nomadAddress: environment['NOMAD_ADDR'] ?? 'http://127.0.0.1:4646',
    stateDirectory: environment['SHOAL_STATE_DIR'],
  }
}

/** A number, or the text of one; undefined for anything else. */
function wholeNumber(given: unknown): number | undefined {
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= most ? number : undefined
}

function readImages(file: string | undefined, problems: string[]): Images | undefined {
  const todo = 'run eval "$(bootstrap/env)" for the virtual fleet, or write the file: docs/guides/own-cluster.md'
  const allowed = `a JSON file that gives the reference of each of ${imageNames.join(', ')}`
  if (!file) {
    problems.push(problem('SHOAL_IMAGES does not say where the images are', 'nothing', allowed, todo))
    return undefined
  }
  try {
    const given = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>> | null
    const missing = imageNames.filter((name) => typeof given?.[name] !== 'string' || given[name] === '')
    if (missing.length === 0) return Object.fromEntries(imageNames.map((name) => [name, given?.[name]])) as Images
    problems.push(problem(`the file of SHOAL_IMAGES lacks ${missing.join(', ')}`, file, allowed, todo))
  } catch (error) {
    problems.push(problem(`the file of SHOAL_IMAGES can't be read: ${(error as Error).message}`, file, allowed, todo))
  }
  return undefined
}

const variableOf = (key: string) => `SHOAL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const problem = (what: string, given: string, allowed: string, todo: string) =>
  `${what}\n  given    ${given}\n  allowed  ${allowed}\n  do       ${todo}`
