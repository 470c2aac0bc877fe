import { error, known, type Rule, warning } from './rule'

const namespaceName = /^[a-zA-Z0-9-]{1,128}$/
const poolName = /^[a-zA-Z0-9-_]{1,128}$/

/** Where a job says that it runs, and what people read about it. */
export const nameRules: readonly Rule[] = [
  error('datacenter-empty', ['datacenters'], (job, report) => {
    if (!job.spec.datacenters?.includes('')) return
    report({
      path: job.path,
      problem: 'a datacenter has no name',
      given: `['${job.spec.datacenters.join(`', '`)}']`,
      allowed: `names and wildcards: 'dc1', 'eu-*', '*'`,
      do: 'name it, or leave datacenters out for all of them',
    })
  }),
  error('namespace-name', ['namespace'], (job, report) => {
    const { namespace } = job.spec
    if (!known(namespace) || namespace === '' || namespaceName.test(namespace)) return
    report({
      path: job.path,
      problem: 'no namespace can be called so',
      given: `'${namespace}'`,
      allowed: 'letters, digits and dashes; at most 128 (a job is in one namespace: no wildcards)',
      do: 'name the namespace',
    })
  }),
  error('node-pool-name', ['node_pool'], (job, report) => {
    const pool = job.spec.node_pool
    if (!known(pool) || pool === '' || poolName.test(pool)) return
    report({
      path: job.path,
      problem: 'no node pool can be called so',
      given: `'${pool}'`,
      allowed: `letters, digits, dashes and underscores; at most 128 ('all' is every pool)`,
      do: 'name the pool',
    })
  }),
  error('region-name', ['region'], (job, report) => {
    const { region } = job.spec
    if (!known(region) || region === '' || !/[*\s]/.test(region)) return
    report({
      path: job.path,
      problem: 'a job runs in one region',
      given: `'${region}'`,
      allowed: `the name of a region: 'global'`,
      do: 'name the region; make a job for each, with a provider alias',
    })
  }),
  warning('priority-over-100', ['priority'], (job, report) => {
    const { priority } = job.spec
    if (!known(priority) || priority <= 100 || priority > 32766) return
    report({
      path: job.path,
      problem: `servers take priorities up to 100, unless their job_max_priority says more`,
      given: String(priority),
      do: `take 100, or silence this where the servers allow it`,
    })
  }),
  error('ui-description', ['ui'], (job, report) => {
    const text = job.spec.ui?.description
    if (!known(text) || text.length <= 1000) return
    report({
      path: job.path,
      problem: `the description for Nomad's UI is too long`,
      given: `${text.length} characters`,
      allowed: '1000 characters',
      do: 'shorten it',
    })
  }),
  warning('ui-link', ['ui'], (job, report) => {
    for (const { label, url } of job.spec.ui?.link ?? []) {
      if (!known(url) || url.includes('${') || (/^https?:\/\/[^\s/]/.test(url) && label !== '')) continue
      report({
        path: job.path,
        problem: `a link in Nomad's UI needs a label and an address`,
        given: `'${label ?? ''}' to '${url}'`,
        allowed: `'https://...'`,
        do: 'give it both',
      })
    }
  }),
]
