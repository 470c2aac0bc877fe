import { duplicates, error, known, type Rule, warning } from './rule'
import { eachCheck, eachService } from './visit'

const methods = 'GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE'.split(' ')

/** Health checks: what depends on who runs them, and on each other. */
export const checkRules: readonly Rule[] = [
  error(
    'check-path',
    ['path'],
    eachCheck(({ service, path }, check, report) => {
      if (check.type !== 'http' || !known(check.path) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(check.path)) return
      report({
        path,
        problem: `a check of the service '${service.name ?? ''}' has a whole address, and gets only a path`,
        given: `'${check.path}'`,
        allowed: `'/health'; the address and the port are the service's`,
        do: `write '${check.path.replace(/^[a-z0-9+.-]*:\/\/[^/]*/i, '') || '/'}'`,
      })
    }),
  ),
  error(
    'check-method',
    ['method'],
    eachCheck(({ service, path }, check, report) => {
      if (check.type !== 'http' || !known(check.method) || check.method === '') return
      if (methods.includes(check.method.toUpperCase())) return
      report({
        path,
        problem: `a check of the service '${service.name ?? ''}' asks in a way that HTTP has not`,
        given: `'${check.method}'`,
        allowed: methods.join(', '),
        do: 'take one of these',
      })
    }),
  ),
  error(
    'check-consul-only',
    ['provider'],
    eachCheck(({ service, path }, check, report) => {
      if (service.provider !== 'nomad') return
      const odd = (
        [
          ['expose', check.expose === true],
          ['successBeforePassing', (check.success_before_passing ?? 0) !== 0],
          ['failuresBeforeCritical', (check.failures_before_critical ?? 0) !== 0],
          ['failuresBeforeWarning', (check.failures_before_warning ?? 0) !== 0],
          ['tlsServerName', known(check.tls_server_name) && check.tls_server_name !== ''],
          [`addressMode 'driver'`, check.address_mode === 'driver'],
          [`onUpdate 'ignore_warnings'`, check.on_update === 'ignore_warnings'],
          ['checkRestart.ignoreWarnings', check.check_restart?.ignore_warnings === true],
        ] as const
      ).filter(([, is]) => is)
      if (odd.length === 0) return
      report({
        path,
        problem: `Nomad's own checks don't know this: only Consul does`,
        given: `${odd.map(([name]) => name).join(', ')} in a check of '${service.name ?? ''}'`,
        do: `leave it out, or set provider: 'consul'`,
      })
    }),
  ),
  error(
    'check-thresholds',
    ['success_before_passing', 'failures_before_critical', 'failures_before_warning'],
    eachCheck(({ service, path }, check, report) => {
      if (service.provider === 'nomad' || check.type !== 'script') return
      const counts = [check.success_before_passing, check.failures_before_critical, check.failures_before_warning]
      if (!counts.some((n) => known(n) && n > 0)) return
      report({
        path,
        problem: `a script check of the service '${service.name ?? ''}' counts neither successes nor failures`,
        given: 'successBeforePassing, failuresBeforeCritical or failuresBeforeWarning',
        allowed: 'in HTTP, TCP and gRPC checks',
        do: 'leave it out, or count in the script',
      })
    }),
  ),
  error(
    'check-restart-conflict',
    ['check_restart'],
    eachCheck(({ service, path }, check, report) => {
      const mode = check.on_update ?? service.on_update
      const restart = check.check_restart ?? service.check_restart
      if (!restart || (mode !== 'ignore' && (mode !== 'ignore_warnings' || restart.ignore_warnings === true))) return
      report({
        path,
        problem: `a check of the service '${service.name ?? ''}' is ignored by deployments, and restarts what they leave`,
        given: `onUpdate '${mode}' and checkRestart`,
        allowed: mode === 'ignore' ? `onUpdate 'require_healthy'` : 'checkRestart with ignoreWarnings',
        do: 'drop one of them',
      })
    }),
  ),
  error(
    'check-notes',
    ['notes'],
    eachCheck(({ service, path }, check, report) => {
      if (!known(check.notes) || check.notes.length <= 255) return
      report({
        path,
        problem: `the notes of a check of '${service.name ?? ''}' are too long`,
        given: `${check.notes.length} characters`,
        allowed: '255',
        do: 'shorten them',
      })
    }),
  ),
  error(
    'check-name-twice',
    ['check'],
    eachService(({ task, service, path }, report) => {
      if (!task) return
      for (const check of duplicates(service.check ?? [], (c) => c.name)) {
        report({
          path,
          problem: `two checks of the service '${service.name ?? ''}' have one name`,
          given: `'${check.name ?? ''}'`,
          do: 'rename one',
        })
      }
    }),
  ),
  error(
    'check-in-other-task',
    eachService(({ task, service, path }, report) => {
      if (!task) return
      for (const name of [service.task, ...(service.check ?? []).map((check) => check.task)]) {
        if (!known(name) || name === '' || name === task.name) continue
        report({
          path,
          problem: `the task's service '${service.name ?? ''}' names another task`,
          given: `'${name}'`,
          allowed: `'${task.name}', or nothing`,
          do: 'leave task out, or add the service to the group',
        })
      }
    }),
  ),
  error(
    'check-numeric-port',
    ['check'],
    eachCheck(({ task, service, path }, check, report) => {
      const port = check.port ?? service.port
      if (!task || check.type === 'script' || !known(port) || !/^\d+$/.test(port)) return
      if (check.address_mode === 'driver' || (check.port === undefined && service.address_mode === 'driver')) return
      report({
        path,
        problem: `a check of the task's service '${service.name ?? ''}' has a number for its port`,
        given: port,
        allowed: `a label of the group's ports; a number with addressMode 'driver'`,
        do: 'name the port',
      })
    }),
  ),
  warning(
    'check-restart-at-once',
    ['check_restart'],
    eachCheck(({ service, path }, check, report) => {
      const restart = check.check_restart ?? service.check_restart
      if (!restart || !known(restart.limit) || restart.limit !== 1) return
      if (restart.grace !== undefined && restart.grace !== '0s') return
      report({
        path,
        problem: `the task of the service '${service.name ?? ''}' is restarted at the first failure, also while it starts`,
        given: 'checkRestart with limit 1 and no grace',
        do: 'set grace to what a start takes, or a higher limit',
      })
    }),
  ),
]
