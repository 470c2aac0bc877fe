import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod/mini'

/** Everything the agent is told, checked once at start. */
export interface Settings {
  /** Name of this instance, the same for the life of its volume: the node's name. */
  readonly instance: string
  /** Address under which the other machines reach this one. */
  readonly host: string
  readonly port: number
  readonly agentPort: number
  /** Address the agent's HTTP server listens on. @default '0.0.0.0' */
  readonly agentBind: string
  /** How many instances the group has: the first start waits for all, and semi-sync's count follows from it. */
  readonly instances: number
  /** A file with that number, read again each round: a new number then restarts nobody. Wins over the variable. */
  readonly instancesFile: string | undefined
  /** Where mysqld-run keeps data/ and where set-aside binary logs go. @default '/var/lib/mysql' */
  readonly volume: string
  readonly socket: string
  /** Unix socket for `mysql-agent promote` and the like, and for mysqld-run before it stops mysqld: inside the allocation only. */
  readonly controlSocket: string
  /** A sign of life for mysqld-run. */
  readonly beatFile: string
  readonly consul: string
  readonly consulToken: string | undefined
  /** Account of the application. @default 'app' */
  readonly appUser: string
  /** Database of the application. @default 'accounts' */
  readonly appDatabase: string
  /** Seconds between two rounds when nothing happens. @default 1 */
  readonly intervalSeconds: number
  /** How long a fence for a promotion holds without news, in seconds. @default 10 */
  readonly holdSeconds: number
  /** Seconds without a renewed lock after which a primary fences itself; the others wait 2 s longer. @default 3 */
  readonly leaseSeconds: number
  /** With too few replicas for a commit: `block` writes, or `continue` after ten rounds with those that are there. @default 'block' */
  readonly whenTooFew: 'block' | 'continue'
  /** How long an old password works beside a new one, in seconds. @default 3600 */
  readonly rotationGraceSeconds: number
  readonly logLevel: string
  /** The passwords in use: changed in place when mysqld takes new ones (rotation/). */
  readonly passwords: Passwords
  /** Where Nomad renders them, again when the variable changes. */
  readonly passwordsFile: string
}

export interface Passwords {
  readonly replication: string
  readonly agent: string
  readonly app: string
  readonly backup: string
}

/** A mistake in the environment: what, given, allowed, do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const port = z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65535))
const count = z.coerce.number().check(z.int(), z.minimum(1), z.maximum(63))
const seconds = z.coerce.number().check(z.positive())
const schema = z.object({
  INSTANCE: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)),
  ADVERTISE_HOST: z.string().check(z.regex(/^\d{1,3}(\.\d{1,3}){3}$/)),
  MYSQL_PORT: z._default(port, 3310),
  AGENT_PORT: z._default(port, 3311),
  AGENT_BIND: z._default(z.string(), '0.0.0.0'),
  MYSQL_INSTANCES: z.optional(count),
  MYSQL_INSTANCES_FILE: z.optional(z.string().check(z.minLength(1))),
  MYSQL_DATA: z._default(z.string(), '/var/lib/mysql'),
  NOMAD_ALLOC_DIR: z.string().check(z.minLength(1)),
  NOMAD_TASK_DIR: z.string().check(z.minLength(1)),
  NOMAD_SECRETS_DIR: z.string().check(z.minLength(1)),
  CONSUL_HTTP_ADDR: z._default(z.string().check(z.regex(/^(http:\/\/)?[^/:]+:\d+\/?$/)), 'http://127.0.0.1:8500'),
  CONSUL_HTTP_TOKEN: z.optional(z.string()),
  MYSQL_APP_USER: z._default(z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,31}$/)), 'app'),
  MYSQL_APP_DATABASE: z._default(z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,63}$/)), 'accounts'),
  AGENT_INTERVAL: z._default(seconds, 1),
  AGENT_HOLD: z._default(seconds, 10),
  AGENT_LEASE: z._default(seconds, 3),
  AGENT_ROTATION_GRACE: z._default(seconds, 3600),
  MYSQL_TOO_FEW: z._default(z.enum(['block', 'continue']), 'block'),
  LOG_LEVEL: z._default(z.enum(['trace', 'debug', 'info', 'warn', 'error']), 'info'),
})

const allowed: Record<string, [allowed: string, fix: string]> = {
  INSTANCE: ['a name of letters, digits, dots and dashes', 'set INSTANCE to the name of the node'],
  ADVERTISE_HOST: ['an IPv4 address that the other instances reach', 'set ADVERTISE_HOST to the address of the node'],
  MYSQL_INSTANCES: [
    'a whole number from 1 to 63, there or in the file that MYSQL_INSTANCES_FILE names',
    "set it to the group's count",
  ],
  CONSUL_HTTP_ADDR: ['http://HOST:PORT', "set CONSUL_HTTP_ADDR to the node's Consul agent"],
  MYSQL_TOO_FEW: ['block or continue', 'leave MYSQL_TOO_FEW out: writes then wait for replicas'],
  LOG_LEVEL: ['trace, debug, info, warn or error', 'leave LOG_LEVEL out for info'],
}

const secretsSchema = z.object({
  replication_password: z.string().check(z.minLength(1)),
  agent_password: z.string().check(z.minLength(1)),
  app_password: z.string().check(z.minLength(1)),
  backup_password: z.string().check(z.minLength(1)),
})

function explain(name: string, given: string | undefined): string {
  const [what, fix] = allowed[name] ?? [
    name.startsWith('NOMAD_') ? 'a directory' : 'a positive number',
    name.startsWith('NOMAD_') ? 'run the agent as a Nomad task, or give a directory' : `leave ${name} out`,
  ]
  const shown = given === undefined ? 'nothing' : `'${given}'`
  return `${name} of the environment is ${given === undefined ? 'missing' : 'not usable'}\n  given    ${shown}\n  allowed  ${what}\n  do       ${fix}`
}

/** @throws SettingsError when the file is not usable */
export function readPasswords(path: string): Passwords {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'not JSON' : String(error)
    throw new SettingsError(
      `The passwords can't be read\n  given    ${path}: ${reason}\n  allowed  a JSON file that Nomad renders from the variable shoal/mysql\n  do       add the template to the task (mysql-agent/README.md)`,
    )
  }
  const result = secretsSchema.safeParse(parsed)
  if (!result.success) {
    const missing = result.error.issues.map((issue) => issue.path.join('.') || 'the whole file')
    // Never the values: this text is logged.
    throw new SettingsError(
      `Passwords are missing\n  given    ${path} without ${missing.join(', ')}\n  allowed  ${Object.keys(secretsSchema.shape).join(', ')}, none empty\n  do       write them to the Nomad variable shoal/mysql (the job 'secrets' does)`,
    )
  }
  const { replication_password, agent_password, app_password, backup_password } = result.data
  return { replication: replication_password, agent: agent_password, app: app_password, backup: backup_password }
}

/**
 * The number of instances from its file.
 * @returns undefined when there is no file, or no usable number in it
 */
export function readInstances(path: string | undefined): number | undefined {
  if (path === undefined) return undefined
  try {
    const text = readFileSync(path, 'utf8').trim()
    return text === '' ? undefined : count.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads the environment and the passwords' file.
 * @throws SettingsError that names every mistake at once
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const result = schema.safeParse(env)
  if (!result.success) {
    const names = [...new Set(result.error.issues.map((issue) => String(issue.path[0])))]
    throw new SettingsError(names.map((name) => explain(name, env[name])).join('\n'))
  }
  const given = result.data
  const instances = readInstances(given.MYSQL_INSTANCES_FILE) ?? given.MYSQL_INSTANCES
  if (instances === undefined) throw new SettingsError(explain('MYSQL_INSTANCES', env['MYSQL_INSTANCES_FILE']))
  const passwordsFile = join(given.NOMAD_SECRETS_DIR, 'mysql.json')
  const address = given.CONSUL_HTTP_ADDR.replace(/\/$/, '')
  return {
    instance: given.INSTANCE,
    host: given.ADVERTISE_HOST,
    port: given.MYSQL_PORT,
    agentPort: given.AGENT_PORT,
    agentBind: given.AGENT_BIND,
    instances,
    instancesFile: given.MYSQL_INSTANCES_FILE,
    volume: given.MYSQL_DATA,
    socket: join(given.NOMAD_ALLOC_DIR, 'mysqld.sock'),
    controlSocket: join(given.NOMAD_ALLOC_DIR, 'agent.sock'),
    beatFile: join(given.NOMAD_ALLOC_DIR, 'agent.beat'),
    consul: address.startsWith('http://') ? address : `http://${address}`,
    consulToken: given.CONSUL_HTTP_TOKEN,
    appUser: given.MYSQL_APP_USER,
    appDatabase: given.MYSQL_APP_DATABASE,
    intervalSeconds: given.AGENT_INTERVAL,
    holdSeconds: given.AGENT_HOLD,
    leaseSeconds: given.AGENT_LEASE,
    whenTooFew: given.MYSQL_TOO_FEW,
    rotationGraceSeconds: given.AGENT_ROTATION_GRACE,
    logLevel: given.LOG_LEVEL,
    passwords: readPasswords(passwordsFile),
    passwordsFile,
  }
}
