import { escapes, normal } from './paths'
import { duplicates, duration, error, known, type Rule, tasksOf, warning } from './rule'
import { templateProblem } from './template-text'

const signals = new Set(
  'SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPROF SIGQUIT SIGSEGV SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGWINCH SIGXCPU SIGXFSZ'.split(
    ' ',
  ),
)

export const templateRules: readonly Rule[] = [
  error('template-collision', ['template'], (job, report) => {
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
  error('template-escapes', ['template'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { destination } of task.template ?? []) {
        if (!known(destination) || destination.startsWith('${') || !escapes(destination, 1)) continue
        report({
          path,
          problem: `the template's destination leaves the allocation's directory`,
          given: `'${destination}'`,
          allowed: 'a path below local/, secrets/ or ../alloc/',
          do: 'take a path without ..',
        })
      }
    }
  }),
  warning('template-elsewhere', ['template'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { destination } of task.template ?? []) {
        if (!known(destination) || destination.startsWith('${') || escapes(destination, 1)) continue
        const absolute = destination.startsWith('/') && !/^\/(?:local|secrets|alloc)\//.test(destination)
        const beside = escapes(destination) && !/^(?:\.\/)?\.\.\/alloc\//.test(destination)
        if (!absolute && !beside) continue
        report({
          path,
          problem: absolute
            ? `the template is written below the task's directory, and not where the path says`
            : `the template is written beside the task's directory`,
          given: `'${destination}'`,
          allowed: 'a path below local/, secrets/ or ../alloc/',
          do: absolute
            ? `render to 'local/${destination.split('/').pop() ?? ''}' and mount it: DockerMount.bind('local/...', '${destination}')`
            : `render to 'local/...', or to '../alloc/...' for the group's other tasks`,
        })
      }
    }
  }),
  error('template-content', ['template'], (job, report) => {
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
  error('unknown-signal', ['kill_signal', 'change_signal'], (job, report) => {
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
  error('template-script', ['change_mode'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { change_mode: mode, change_script: script, destination } of task.template ?? []) {
        if (mode !== 'script' || script?.command) continue
        report({
          path,
          problem: `a change of '${destination ?? ''}' runs a script, and there is none`,
          given: script ? 'a script without a command' : 'no script',
          do: 'use Change.script(command, ...)',
        })
      }
    }
  }),
  error('template-env-signal', ['change_mode'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const template of task.template ?? []) {
        if (template.env !== true || template.change_mode !== 'signal') continue
        report({
          path,
          problem: 'a running process gets no new environment: a signal is of no use',
          given: `env: true with change mode 'signal' ('${template.destination ?? ''}')`,
          allowed: 'Change.restart(), Change.nothing()',
          do: 'restart the task, or render a file instead',
        })
      }
    }
  }),
  error('template-perms', ['perms'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { perms, destination } of task.template ?? []) {
        if (!known(perms) || perms === '' || /^0*[0-7]{1,4}$/.test(perms)) continue
        report({
          path,
          problem: `the permissions of '${destination ?? ''}' are no octal number`,
          given: `'${perms}'`,
          allowed: `'0644', '600'`,
          do: 'correct them',
        })
      }
    }
  }),
  error('template-wait', ['wait'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { wait, destination } of task.template ?? []) {
        const [min, max] = [duration(wait?.min), duration(wait?.max)]
        if (min === undefined || max === undefined || min <= max) continue
        report({
          path,
          problem: `'${destination ?? ''}' waits at least longer than at most`,
          given: `min ${wait?.min ?? ''}, max ${wait?.max ?? ''}`,
          do: 'swap them',
        })
      }
    }
  }),
  error('template-syntax', ['data'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { data, destination, left_delimiter: left, right_delimiter: right } of task.template ?? []) {
        const problem = known(data) ? templateProblem(data, left || '{{', right || '}}') : undefined
        if (problem === undefined) continue
        report({
          path,
          problem: `the template '${destination ?? ''}' can't be read: ${problem}`,
          given: 'its text',
          allowed: 'if, range, with, block and define, each with its end',
          do: 'correct it, or compose it with consulTemplate, which escapes plain text',
        })
      }
    }
  }),
  warning('template-env-lines', ['data'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { env, data, destination, left_delimiter: left } of task.template ?? []) {
        if (env !== true || !known(data) || data.includes(left || '{{')) continue
        const odd = data.split('\n').find((line) => !/^\s*(?:#.*|(?:export\s+)?[^\s=]+=.*)?$/.test(line))
        if (odd === undefined) continue
        report({
          path,
          problem: `'${destination ?? ''}' is no list of variables`,
          given: `'${odd.trim()}'`,
          allowed: 'NAME=value, a line each',
          do: 'correct it, or leave env out',
        })
      }
    }
  }),
  warning('secret-in-clear-place', ['data'], (job, report) => {
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
