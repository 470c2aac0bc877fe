import { duplicates, duration, error, groupsOf, known, quotedList, type Rule, servicesOf, warning } from './rule'

export const serviceRules: readonly Rule[] = [
  error('service-name', (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      if (!known(service.name)) continue
      const name = service.name.replace(/\$\{[\w.-]+\}/g, 'ENV-VAR')
      if (/^(?:[a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])$/i.test(name)) continue
      report({
        path,
        problem: 'the service has a name that DNS has no room for',
        given: `'${service.name}'`,
        allowed: 'letters, digits and dashes inside; at most 63',
        do: `call it '${
          name
            .replace(/[^a-z0-9-]+/gi, '-')
            .replace(/^-+|-+$/g, '')
            .slice(0, 63) || 'service'
        }'`,
      })
    }
  }),
  error('duplicate-service', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const service of duplicates(group.service ?? [], (s) => `${s.name}:${s.port}`)) {
        report({
          path,
          problem: 'the group has the same service twice on the same port',
          given: `'${service.name}' on '${service.port}'`,
          do: 'drop one, or give it another port or name',
        })
      }
    }
  }),
  error('check-without-port', ['check'], (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      for (const check of service.check ?? []) {
        if (check.type === 'script' || known(check.port) || service.port !== undefined || check.expose === true)
          continue
        report({
          path,
          problem: `a check of the service '${service.name}' has no port to look at`,
          given: `${check.type} check, no port on the check or the service`,
          allowed: 'a port of the group',
          do: 'give the service a port: group.addService(name, { port })',
        })
      }
    }
  }),
  error('check-fields', ['check'], (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      for (const check of service.check ?? []) {
        const missing =
          check.type === 'http' && !check.path
            ? 'path'
            : check.type === 'script' && !check.command
              ? 'command'
              : undefined
        if (missing === undefined) continue
        report({
          path,
          problem: `a ${check.type} check of the service '${service.name}' needs a ${missing}`,
          given: 'none',
          do: `give it a ${missing}`,
        })
      }
    }
  }),
  error('check-times', ['check'], (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      for (const check of service.check ?? []) {
        for (const [name, value] of [
          ['every', check.interval],
          ['timeout', check.timeout],
        ] as const) {
          const time = duration(value)
          if ((value !== undefined && !known(value)) || (time !== undefined && time >= 1e9)) continue
          report({
            path,
            problem: `a check of the service '${service.name}' runs too often or not at all`,
            given: `${name} ${value ?? 'missing'}`,
            allowed: '1s or more',
            do: `set ${name}: Duration.seconds(1) or more`,
          })
        }
      }
    }
  }),
  warning('check-timeout', ['check'], (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      for (const check of service.check ?? []) {
        const [every, timeout] = [duration(check.interval), duration(check.timeout)]
        if (every === undefined || timeout === undefined || timeout <= every) continue
        report({
          path,
          problem: `a check of the service '${service.name}' may still run when the next one is due`,
          given: `timeout ${check.timeout}, every ${check.interval}`,
          do: 'make timeout shorter than every',
        })
      }
    }
  }),
  error('check-provider', ['provider'], (job, report) => {
    for (const { service, path } of servicesOf(job)) {
      if (service.provider !== 'nomad') continue
      for (const check of service.check ?? []) {
        if (check.type === 'http' || check.type === 'tcp') continue
        report({
          path,
          problem: `Nomad's own services have no ${check.type} checks`,
          given: `provider 'nomad', check '${check.type}'`,
          allowed: 'Check.http, Check.tcp',
          do: `use one of these, or provider: 'consul'`,
        })
      }
      if (service.connect !== undefined) {
        report({
          path,
          problem: `Consul Connect needs a service in Consul`,
          given: `provider 'nomad' with connect`,
          do: `set provider: 'consul'`,
        })
      }
    }
  }),
  error('mixed-providers', ['provider'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const all = [...(group.service ?? []), ...(group.task ?? []).flatMap((task) => task.service ?? [])]
      const providers = new Set(all.map((service) => service.provider ?? 'consul'))
      if (providers.size < 2) continue
      report({
        path,
        problem: 'the services of one group must have one provider',
        given: [...providers].join(' and '),
        allowed: 'consul or nomad',
        do: 'set the same provider on all of them',
      })
    }
  }),
  error('address-mode', ['address_mode'], (job, report) => {
    for (const { service, task, path } of servicesOf(job)) {
      const modes = [service.address_mode, ...(service.check ?? []).map((check) => check.address_mode)]
      const bad = task ? modes.find((mode) => mode === 'alloc') : modes.find((mode) => mode === 'driver')
      if (bad !== undefined) {
        report({
          path,
          problem: `the address mode '${bad}' is for services of a ${task ? 'group' : 'task'}`,
          given: `service '${service.name}' of a ${task ? 'task' : 'group'}`,
          allowed: task ? `'auto', 'driver', 'host'` : `'auto', 'alloc', 'host'`,
          do: `use another mode, or add the service to the ${task ? 'group' : 'task'}`,
        })
      }
      if (service.provider === 'nomad' && modes.includes('driver')) {
        report({
          path,
          problem: `Nomad's own services can't register the driver's address: it passes the plan and fails at run time`,
          given: `service '${service.name}' with addressMode 'driver'`,
          allowed: `'auto', 'alloc', 'host'`,
          do: `use another mode, or provider: 'consul'`,
        })
      }
      if (service.address !== undefined && service.address_mode !== undefined && service.address_mode !== 'auto') {
        report({
          path,
          problem: 'a service has an address of its own or a mode, not both',
          given: `address '${service.address}' and addressMode '${service.address_mode}'`,
          do: 'leave one out',
        })
      }
    }
  }),
  error('script-check-task', ['check'], (job, report) => {
    for (const { group, task, service, path } of servicesOf(job)) {
      if (task) continue
      const names = (group.task ?? []).map((t) => t.name)
      for (const check of service.check ?? []) {
        const where = check.task ?? service.task
        if (where === undefined ? check.type !== 'script' : !known(where) || names.includes(where)) continue
        report({
          path,
          problem: `a check of the group's service '${service.name}' must name the task that it runs in`,
          given: where === undefined ? 'no task' : `'${where}'`,
          allowed: quotedList(names),
          do: `set task: '${names[0] ?? 'name'}'`,
        })
      }
    }
  }),
  warning('no-check', (job, report) => {
    if (job.spec.type !== 'service') return
    for (const { service, path } of servicesOf(job)) {
      if (service.check?.length || service.connect !== undefined || service.port === undefined) continue
      report({
        path,
        problem: `the service '${service.name}' has no check: a deployment calls it healthy as soon as its tasks run`,
        do: 'add a check: Check.http(path, ...), Check.tcp(...)',
      })
    }
  }),
]
