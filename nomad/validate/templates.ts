import { duplicates, error, known, type Rule, tasksOf, warning } from './rule'

const signals = new Set(
  'SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSEGV SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGWINCH SIGXCPU SIGXFSZ'.split(
    ' ',
  ),
)

export const templateRules: readonly Rule[] = [
  error('template-collision', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const template of duplicates(task.template ?? [], (t) => normal(t.destination))) {
        report({
          path,
          problem: 'two templates write the same file',
          given: `'${template.destination ?? ''}'`,
          do: 'give one of them another destination',
        })
      }
    }
  }),
  error('template-escapes', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const files = [
        ...(task.template ?? []).map((t) => ({ what: 'template', file: t.destination })),
        ...(task.artifact ?? []).map((a) => ({ what: 'artifact', file: a.destination })),
      ]
      for (const { what, file } of files) {
        if (!known(file) || file.startsWith('${') || !escapes(file)) continue
        report({
          path,
          problem: `the ${what}'s destination leaves the task's directory`,
          given: `'${file}'`,
          allowed: 'a path below local/, secrets/ or ${Env.allocDir}/',
          do: file.startsWith('/')
            ? `render to 'local/${file.split('/').pop() ?? ''}' and mount it: DockerMount.bind('local/...', '${file}')`
            : 'take a path without ..',
        })
      }
    }
  }),
  error('template-content', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const template of task.template ?? []) {
        const both = template.data !== undefined && template.source !== undefined
        if (!both && (template.data !== undefined || template.source !== undefined) && template.destination) continue
        report({
          path,
          problem: 'a template needs content, from a text or a file, and a destination',
          given: both ? 'data and source' : `destination '${template.destination ?? ''}'`,
          do: 'use Template.of(content, { destination })',
        })
      }
    }
  }),
  error('unknown-signal', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const named = [
        { what: 'killSignal', name: task.kill_signal },
        ...(task.template ?? []).map((t) => ({ what: 'a template', name: t.change_signal })),
        ...(task.identity ?? []).map((i) => ({ what: 'an identity', name: i.change_signal })),
      ]
      for (const { what, name } of named) {
        if (!known(name) || signals.has(name.toUpperCase())) continue
        report({
          path,
          problem: `${what} names a signal that Linux doesn't have`,
          given: `'${name}'`,
          allowed: 'SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, ...',
          do: name.startsWith('SIG') ? 'correct the name' : `write 'SIG${name.toUpperCase()}'`,
        })
      }
    }
  }),
  error('template-signal', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const template of task.template ?? []) {
        const missing =
          template.change_mode === 'signal' && !template.change_signal
            ? 'signal'
            : template.change_mode === 'script' && !template.change_script
              ? 'script'
              : undefined
        if (missing !== undefined) {
          report({
            path,
            problem: `a template's change mode needs its ${missing}`,
            given: 'none',
            do: `use Change.${missing}(...)`,
          })
        }
      }
    }
  }),
  warning('secret-in-clear-place', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const template of task.template ?? []) {
        if (!template.data?.includes('nomadVar') || !known(template.destination)) continue
        if (/^(?:secrets\/|\$\{NOMAD_SECRETS_DIR\})/.test(template.destination)) continue
        report({
          path,
          problem: `a template writes a Nomad variable outside the secrets directory`,
          given: `'${template.destination}'`,
          allowed: `secrets/..., which no other task and no API reads`,
          do: `render it to 'secrets/...', or silence this where it is no secret`,
        })
      }
    }
  }),
]

function normal(path: string | undefined): string | undefined {
  return path?.replace(/^\.\//, '').replace(/\/+/g, '/')
}

function escapes(file: string): boolean {
  let depth = 0
  for (const part of file.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return true
  }
  // Nomad takes absolute paths as paths below the task's directory; for Docker they mean another file
  return file.startsWith('/') && !/^\/(?:local|secrets|alloc)\//.test(file)
}
