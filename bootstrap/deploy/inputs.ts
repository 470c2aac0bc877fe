import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hashTexts, hashTree } from '../images/hash.js'

/** What the stacks are synthesized from. */
const sources = ['stacks', 'jobs', 'nomad', 'cdktf.json', 'package-lock.json']

/** Variables of the environment that change what is deployed or where to. */
const variables =
  /^(SHOAL_(NODES|WEB_INSTANCES|MYSQL_INSTANCES|ANALYSIS_EXECUTORS)|TF_VAR_\w+|NOMAD_(REGION|NAMESPACE))$/

/** One hash over everything that decides what a deployment does. */
export function deployInputs(
  root: string,
  references: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): string {
  return hashTexts([
    ...sources.filter((path) => existsSync(join(root, path))).map((path) => `${path} ${hashTree(join(root, path))}`),
    JSON.stringify(Object.entries(references).sort()),
    ...Object.keys(env)
      .filter((name) => variables.test(name))
      .sort()
      .map((name) => `${name}=${env[name] ?? ''}`),
  ])
}
