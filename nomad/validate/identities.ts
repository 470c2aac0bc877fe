import type { WorkloadIdentitySpec } from '../spec'
import { duration, error, known, type Rule, servicesOf, tasksOf, warning } from './rule'
import { eachTask } from './visit'

const identityName = /^[A-Za-z0-9-_]{1,128}$/
const secretName = /^[a-zA-Z0-9_]{1,128}$/
const clusterName = /^[A-Za-z0-9-_]{1,128}$/

function isDefault(identity: WorkloadIdentitySpec): boolean {
  return identity.name === undefined || identity.name === '' || identity.name === 'default'
}

/** Who a task is to Nomad, Consul and Vault. */
export const identityRules: readonly Rule[] = [
  error(
    'identity-name',
    ['identity'],
    eachTask(({ task, path }, report) => {
      for (const { name } of task.identity ?? []) {
        if (!known(name) || name === '' || identityName.test(name)) continue
        report({
          path,
          problem: 'no identity can be called so',
          given: `'${name}'`,
          allowed: 'letters, digits, dashes and underscores; at most 128',
          do: 'rename it',
        })
      }
    }),
  ),
  error('identity-audience', ['identity'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { name, aud } of task.identity ?? []) {
        if (!aud?.includes('')) continue
        report({ path, problem: 'an audience has no name', given: `identity '${name ?? 'default'}'`, do: 'name it' })
      }
    }
    for (const { service, path } of servicesOf(job)) {
      if (!service.identity || service.identity.aud?.length) continue
      report({
        path,
        problem: `the identity of the service '${service.name ?? ''}' is for nobody`,
        given: 'no aud',
        allowed: `the audience that Consul's auth method expects: ['consul.io']`,
        do: 'set aud',
      })
    }
  }),
  error(
    'identity-ttl',
    ['ttl'],
    eachTask(({ task, path }, report) => {
      for (const identity of task.identity ?? []) {
        const ttl = duration(identity.ttl)
        if (ttl === undefined || ttl <= 0 || !isDefault(identity)) continue
        report({
          path,
          problem: `the task's default identity lives as long as its allocation`,
          given: `ttl ${identity.ttl ?? ''}`,
          allowed: 'a ttl for identities with a name',
          do: 'leave ttl out, or name the identity',
        })
      }
    }),
  ),
  error(
    'identity-file',
    ['filepath'],
    eachTask(({ task, path }, report) => {
      for (const { name, file, filepath } of task.identity ?? []) {
        if (!known(filepath) || filepath === '' || file === true) continue
        report({
          path,
          problem: 'an identity has a path and no file',
          given: `'${name ?? 'default'}' with filepath '${filepath}'`,
          do: 'set file: true',
        })
      }
    }),
  ),
  error(
    'identity-signal',
    ['identity'],
    eachTask(({ task, path }, report) => {
      for (const { name, change_mode: mode, change_signal: signal } of task.identity ?? []) {
        const has = signal !== undefined && signal !== ''
        if ((mode === 'signal') === has) continue
        report({
          path,
          problem: 'a new token sends a signal only where its change mode says so and which',
          given: `'${name ?? 'default'}' with changeMode '${mode ?? 'noop'}' and ${has ? `changeSignal '${signal}'` : 'no signal'}`,
          do: 'use Change.signal(...), or leave the signal out',
        })
      }
    }),
  ),
  warning('identity-insecure', ['identity'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const identity of task.identity ?? []) {
        if (isDefault(identity)) continue
        const open = !identity.aud?.length ? 'no audience' : identity.ttl === undefined ? 'no ttl' : undefined
        if (open === undefined) continue
        report({
          path,
          problem: 'whoever gets hold of the token can use it anywhere, or for ever',
          given: `identity '${identity.name ?? ''}' with ${open}`,
          do: 'set aud and ttl',
        })
      }
    }
  }),
  warning('identity-env', ['identity'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const identity of task.identity ?? []) {
        if (isDefault(identity) || identity.env !== true || identity.change_mode === 'restart') continue
        report({
          path,
          problem: 'a running process gets no new environment: its token grows old',
          given: `identity '${identity.name ?? ''}' with env, changeMode '${identity.change_mode ?? 'noop'}'`,
          do: `use changeMode 'restart', or a file`,
        })
      }
    }
  }),
  error(
    'vault-cluster',
    ['cluster'],
    eachTask(({ task, path }, report) => {
      for (const [what, name] of [
        ['Vault', task.vault?.cluster],
        ['Consul', task.consul?.cluster],
      ] as const) {
        if (!known(name) || name === '' || clusterName.test(name)) continue
        report({
          path,
          problem: `no ${what} cluster can be called so`,
          given: `'${name}'`,
          allowed: 'letters, digits, dashes and underscores; at most 128',
          do: `name the cluster as in the clients' configuration`,
        })
      }
    }),
  ),
  error(
    'secret-block',
    ['secret'],
    eachTask(({ task, path }, report) => {
      for (const { name, provider, path: at, config, env } of task.secret ?? []) {
        const own = provider === 'nomad' || provider === 'vault'
        const bad = !secretName.test(name)
          ? `the name '${name}'`
          : !provider
            ? 'no provider'
            : !at
              ? 'no path'
              : own && env !== undefined && Object.keys(env).length > 0
                ? `env with provider '${provider}'`
                : !own && config !== undefined && Object.keys(config).length > 0
                  ? `config with provider '${provider}'`
                  : provider === 'vault' && task.vault === undefined && known(provider)
                    ? `provider 'vault' without a vault block`
                    : undefined
        if (bad === undefined) continue
        report({
          path,
          problem: `the secret '${name}' can't be fetched`,
          given: bad,
          allowed: `a name of letters, digits and underscores; provider and path; config for 'nomad' and 'vault', env for plugins`,
          do: 'complete it',
        })
      }
    }),
  ),
  error(
    'duplicate-secret',
    ['secret'],
    eachTask(({ task, path }, report) => {
      const seen = new Set<string>()
      for (const { name } of task.secret ?? []) {
        if (seen.has(name)) {
          report({ path, problem: 'two secrets of the task have one name', given: `'${name}'`, do: 'rename one' })
        }
        seen.add(name)
      }
    }),
  ),
]
