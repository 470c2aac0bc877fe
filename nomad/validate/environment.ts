import type { FreeValue } from '../spec'
import { error, known, type Rule, warning } from './rule'
import { eachTask } from './visit'

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/
const secretName = /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|CREDENTIALS?)$/i
const secretText = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b/

/** What every such text holds: a quick answer for nearly all, since the expression is a costly one to make. */
const secretMarks = ['PRIVATE KEY-----', 'AKIA', 'ASIA', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_']

/** What a task finds in its environment. */
export const environmentRules: readonly Rule[] = [
  error(
    'env-name',
    ['env'],
    eachTask(({ task, path }, report) => {
      for (const name in task.env) {
        if (name !== '' && !name.includes('=') && !name.includes('\0')) continue
        report({ path, problem: 'no environment variable can be called so', given: `'${name}'`, do: 'rename it' })
      }
    }),
  ),
  warning(
    'env-shell-name',
    ['env'],
    eachTask(({ task, path }, report) => {
      for (const name in task.env) {
        if (shellName.test(name) || name === '' || name.includes('=') || name.includes('${')) continue
        report({
          path,
          problem: 'no shell can read an environment variable of this name',
          given: `'${name}'`,
          allowed: 'letters, digits and underscores, no digit first',
          do: `call it '${name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_')}', or silence this where the program wants it so`,
        })
      }
    }),
  ),
  warning(
    'env-reserved',
    ['env'],
    eachTask(({ task, path }, report) => {
      for (const name in task.env) {
        if (!name.startsWith('NOMAD_')) continue
        report({
          path,
          problem: 'the variable hides what Nomad itself says by names that start with NOMAD_',
          given: `'${name}'`,
          do: 'take another name',
        })
      }
    }),
  ),
  warning(
    'secret-in-env',
    ['env'],
    eachTask(({ task, path }, report) => {
      for (const name in task.env) {
        const value = task.env[name]
        if (!looksSecret(name, value)) continue
        report({
          path,
          problem: `a value that looks secret lies open in the job, in Terraform's state and in Nomad's API`,
          given: `env '${name}'`,
          allowed: 'secrets in Nomad variables',
          do: 'use secret.grantRead(task), or a template with nomadVar; silence this where it is no secret',
        })
      }
    }),
  ),
  warning(
    'secret-in-config',
    ['auth', 'template'],
    eachTask(({ task, path }, report) => {
      const auth = task.driver === 'docker' || task.driver === 'podman' ? first(task.config?.auth) : undefined
      const open = typeof auth?.password === 'string' && looksSecret('PASSWORD', auth.password)
      const template = task.template?.find((t) => known(t.data) && holdsKey(t.data))
      if (!open && !template) return
      report({
        path,
        problem: `a secret lies open in the job, in Terraform's state and in Nomad's API`,
        given: open
          ? `the registry's password in config.auth`
          : `a key in the template '${template?.destination ?? ''}'`,
        do: open ? `log in on the clients (Docker's auth config or helper)` : 'put it in a Nomad variable: nomadVar',
      })
    }),
  ),
]

function holdsKey(text: string): boolean {
  return text.length >= 20 && secretMarks.some((mark) => text.includes(mark)) && secretText.test(text)
}

function looksSecret(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || !known(value) || value === '' || value.includes('${')) return false
  if (holdsKey(value)) return true
  return secretName.test(name) && !/^(?:\/|file:|true$|false$|\d{1,4}$)/.test(value)
}

function first(value: FreeValue | undefined): { [key: string]: FreeValue | undefined } | undefined {
  const one = Array.isArray(value) ? value[0] : value
  return typeof one === 'object' && one !== null && !Array.isArray(one) ? one : undefined
}
