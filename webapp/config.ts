import { z } from 'zod'

/** Everything that the application is told from outside, read once at start. */
export interface Config {
  /** Address that the HTTP server listens on. */
  readonly host: string
  readonly port: number
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Address of the node that this instance runs on; its own HAProxy is preferred while healthy. */
  readonly nodeAddress?: string
  readonly consul: { readonly address: URL; readonly token?: string }
  readonly mysql: {
    readonly writeService: string
    readonly readService: string
    readonly user: string
    /** The password, or the file that holds it: a file is read again, so that a new password restarts nobody. */
    readonly password: string | { readonly file: string }
    readonly database: string
  }
  readonly cassandra: {
    readonly service: string
    readonly datacenter: string
    readonly keyspace: string
    readonly credentials?: { readonly user: string; readonly password: string }
  }
  readonly cookie: { readonly key: string; readonly secure: boolean }
  readonly session: { readonly idleMs: number; readonly absoluteMs: number }
  /** How long readiness is refused before the server stops, so that load balancers look away first. */
  readonly drainMs: number
}

/** What an environment variable must look like, in words; used in errors. */
interface Rule {
  readonly schema: z.ZodType<string>
  readonly allowed: string
}

const name: Rule = {
  schema: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/),
  allowed: 'a name: letters, digits, "-" and "_", at most 63 characters',
}
const text: Rule = { schema: z.string().min(1), allowed: 'a value that is not empty' }
const whole = (min: number, max: number): Rule => ({
  schema: z
    .string()
    .regex(/^\d+$/)
    .refine((value) => Number(value) >= min && Number(value) <= max),
  allowed: `a whole number from ${min} to ${max}`,
})
const oneOf = (...values: string[]): Rule => ({
  schema: z.string().refine((value) => values.includes(value)),
  allowed: values.map((value) => `"${value}"`).join(', '),
})

const rules = {
  HOST: { schema: z.string().regex(/^[0-9a-zA-Z.:-]+$/), allowed: 'an address or host name' },
  PORT: whole(0, 65_535),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  NODE_ADDRESS: { schema: z.union([z.ipv4(), z.ipv6()]), allowed: 'an IP address' },
  CONSUL_HTTP_ADDR: {
    schema: z.string().refine((value) => URL.canParse(withScheme(value))),
    allowed: 'an address like http://198.18.0.11:8500',
  },
  CONSUL_HTTP_TOKEN: text,
  MYSQL_WRITE_SERVICE: name,
  MYSQL_READ_SERVICE: name,
  MYSQL_USER: text,
  MYSQL_PASSWORD: text,
  MYSQL_PASSWORD_FILE: text,
  MYSQL_DATABASE: name,
  CASSANDRA_SERVICE: name,
  CASSANDRA_DATACENTER: name,
  CASSANDRA_KEYSPACE: {
    schema: z.string().regex(/^[a-z][a-z0-9_]{0,47}$/),
    allowed: 'a CQL name: small letters, digits and "_", at most 48 characters',
  },
  CASSANDRA_USER: text,
  CASSANDRA_PASSWORD: text,
  COOKIE_KEY: { schema: z.string().min(32), allowed: 'a secret of at least 32 characters' },
  COOKIE_SECURE: oneOf('true', 'false'),
  SESSION_IDLE_MINUTES: whole(1, 60 * 24 * 30),
  SESSION_ABSOLUTE_HOURS: whole(1, 24 * 365),
  DRAIN_SECONDS: whole(0, 60),
} satisfies Record<string, Rule>

type Variable = keyof typeof rules

const defaults: Partial<Record<Variable, string>> = {
  HOST: '127.0.0.1',
  PORT: '3000',
  LOG_LEVEL: 'info',
  CONSUL_HTTP_ADDR: 'http://127.0.0.1:8500',
  MYSQL_WRITE_SERVICE: 'mysql-write',
  MYSQL_READ_SERVICE: 'mysql-read',
  MYSQL_DATABASE: 'accounts',
  CASSANDRA_SERVICE: 'cassandra',
  CASSANDRA_DATACENTER: 'dc1',
  CASSANDRA_KEYSPACE: 'posts',
  COOKIE_SECURE: 'false',
  SESSION_IDLE_MINUTES: '720',
  SESSION_ABSOLUTE_HOURS: '168',
  DRAIN_SECONDS: '3',
}

const required: readonly Variable[] = ['MYSQL_USER', 'COOKIE_KEY']
const secret: readonly Variable[] = ['CONSUL_HTTP_TOKEN', 'MYSQL_PASSWORD', 'CASSANDRA_PASSWORD', 'COOKIE_KEY']

/** All that is wrong with the environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: readonly string[]) {
    super(`the environment of the web application is wrong in ${problems.length} place(s)\n\n${problems.join('\n\n')}`)
  }
}

/**
 * Reads the configuration from the environment. Empty variables count as unset.
 *
 * @throws ConfigError with every problem, each as: what, given, allowed, do
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const problem = (variable: Variable, what: string, given: string, advice: string): void => {
    problems.push(
      `${variable}: ${what}\n  given    ${given}\n  allowed  ${rules[variable].allowed}\n  do       ${advice}`,
    )
  }

  const optional = (variable: Variable): string | undefined => {
    const value = env[variable] || defaults[variable]
    if (value === undefined) return undefined
    if (!rules[variable].schema.safeParse(value).success) {
      const given = secret.includes(variable) ? `(a secret of ${value.length} characters)` : JSON.stringify(value)
      problem(variable, 'this value can not be used', given, `correct ${variable} in the environment of this task`)
    }
    return value
  }
  const value = (variable: Variable): string => optional(variable) ?? ''

  for (const variable of required) {
    if (!env[variable])
      problem(variable, 'it is missing', '(nothing)', `set ${variable} in the environment of this task`)
  }
  const passwordFile = optional('MYSQL_PASSWORD_FILE')
  if ((passwordFile === undefined) === !env['MYSQL_PASSWORD']) {
    const given = passwordFile === undefined ? '(neither)' : '(both)'
    const advice = 'set MYSQL_PASSWORD_FILE to a file that a template renders, or MYSQL_PASSWORD'
    problem('MYSQL_PASSWORD', 'it or MYSQL_PASSWORD_FILE is needed, and not both', given, advice)
  }
  const user = optional('CASSANDRA_USER')
  const password = optional('CASSANDRA_PASSWORD')
  if ((user === undefined) !== (password === undefined)) {
    const missing = user === undefined ? 'CASSANDRA_USER' : 'CASSANDRA_PASSWORD'
    problem(missing, 'a user and its password come together', '(nothing)', `set ${missing} too, or neither of the two`)
  }
  const token = optional('CONSUL_HTTP_TOKEN')
  const nodeAddress = optional('NODE_ADDRESS')

  const consulAddress = withScheme(value('CONSUL_HTTP_ADDR'))
  const config: Config = {
    host: value('HOST'),
    port: Number(value('PORT')),
    logLevel: value('LOG_LEVEL') as Config['logLevel'],
    nodeAddress,
    consul: { address: URL.canParse(consulAddress) ? new URL(consulAddress) : new URL('http://invalid'), token },
    mysql: {
      writeService: value('MYSQL_WRITE_SERVICE'),
      readService: value('MYSQL_READ_SERVICE'),
      user: value('MYSQL_USER'),
      password: passwordFile === undefined ? value('MYSQL_PASSWORD') : { file: passwordFile },
      database: value('MYSQL_DATABASE'),
    },
    cassandra: {
      service: value('CASSANDRA_SERVICE'),
      datacenter: value('CASSANDRA_DATACENTER'),
      keyspace: value('CASSANDRA_KEYSPACE'),
      credentials: user === undefined || password === undefined ? undefined : { user, password },
    },
    cookie: { key: value('COOKIE_KEY'), secure: value('COOKIE_SECURE') === 'true' },
    session: {
      idleMs: Number(value('SESSION_IDLE_MINUTES')) * 60_000,
      absoluteMs: Number(value('SESSION_ABSOLUTE_HOURS')) * 3_600_000,
    },
    drainMs: Number(value('DRAIN_SECONDS')) * 1_000,
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Consul's own tools accept an address without a scheme. */
function withScheme(address: string): string {
  return /^https?:\/\//.test(address) ? address : `http://${address}`
}
