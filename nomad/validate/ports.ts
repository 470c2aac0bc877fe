import type { PortSpec, TaskSpec } from '../spec'
import { duplicates, error, groupsOf, known, quotedList, type Rule, servicesOf, tasksOf, warning } from './rule'

export const portRules: readonly Rule[] = [
  error('unknown-port', ['service'], (job, report) => {
    for (const { ports, task, service, path } of servicesOf(job)) {
      const labels = labelsOf(ports, task)
      const look = (port: string | undefined, mode: string | undefined, check?: number) => {
        if (!known(port) || port === '' || labels.includes(port) || port.includes('${')) return
        // A number is where the task listens: groups take it as it is, tasks only with the driver's address
        if (/^\d+$/.test(port) && (!task || mode === 'driver')) return
        const who = `${check === undefined ? '' : `check ${check} of `}the service '${service.name}'`
        report({
          path,
          problem: `${who} names a port that its group doesn't have`,
          given: `'${port}'`,
          allowed: quotedList(labels),
          do: `take one of these, or add the port: group.addPort('${port}')`,
        })
      }
      look(service.port, service.address_mode)
      service.check?.forEach((check, i) => look(check.port, check.address_mode ?? service.address_mode, i + 1))
    }
  }),
  error('unknown-docker-port', ['ports'], (job, report) => {
    for (const { ports, task, path } of tasksOf(job)) {
      const published = task.driver === 'docker' ? task.config?.ports : undefined
      if (!Array.isArray(published)) continue
      for (const port of published) {
        if (typeof port !== 'string' || !known(port) || labelsOf(ports, task).includes(port)) continue
        report({
          path,
          problem: `Docker's ports name a port that the group doesn't have`,
          given: `'${port}'`,
          allowed: quotedList(labelsOf(ports, task)),
          do: `take one of these, or add the port: group.addPort('${port}')`,
        })
      }
    }
  }),
  warning('docker-ports-without-effect', ['ports'], (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      if (task.driver !== 'docker' || !Array.isArray(task.config?.ports) || task.config.ports.length === 0) continue
      if (task.config.network_mode !== 'host') continue
      report({
        path,
        problem: `Docker publishes no ports of a container in the node's own network`,
        given: `ports and networkMode 'host' (group '${group.name}')`,
        allowed: `ports with a network of Docker's, or the host's network without ports`,
        do: `leave out ports: the task listens on the node's port, Env.port(label)`,
      })
    }
  }),
  warning('docker-ports-in-bridge', ['ports'], (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      const mode = group.network?.[0]?.mode
      if (
        task.driver !== 'docker' ||
        !Array.isArray(task.config?.ports) ||
        !(mode === 'bridge' || mode?.startsWith('cni/'))
      )
        continue
      report({
        path,
        problem: `the group's network maps its ports by itself`,
        given: `Docker ports in a group with network mode '${mode}'`,
        do: 'leave out ports',
      })
    }
  }),
  error('static-port-clash', ['static'], (job, report) => {
    for (const { ports, path } of groupsOf(job)) {
      const fixed = ports.filter((port) => known(port.static) && port.ignore_collision !== true)
      for (const port of duplicates(fixed, (p) => `${p.host_network ?? 'default'}:${p.static}`)) {
        report({
          path,
          problem: `two ports of the group want the same port of the node`,
          given: `'${port.label}' with static ${port.static}`,
          allowed: 'each static port once',
          do: 'give one of them another number',
        })
      }
    }
  }),
  warning('canary-static-port', ['canary'], (job, report) => {
    for (const { group, ports, path } of groupsOf(job)) {
      const fixed = ports.find((port) => known(port.static) && port.ignore_collision !== true)
      const update = group.update ?? job.spec.update
      const canaries = known(update?.canary) ? update.canary : 0
      if (!fixed || canaries === 0 || job.spec.type === 'system') continue
      report({
        path,
        problem: `a canary runs beside the old allocations, and only on nodes where the static port is free`,
        given: `static port ${fixed.static} ('${fixed.label}') and ${canaries} canaries`,
        allowed: `canaries with dynamic ports, or with more nodes than allocations`,
        do: `use Update.rolling(), or a dynamic port; or silence 'canary-static-port' where there are nodes to spare`,
      })
    }
  }),
  error('port-range', ['static', 'to'], (job, report) => {
    for (const { ports, path } of groupsOf(job)) {
      for (const port of ports) {
        const bad = [port.static, port.to].find((n) => known(n) && (!Number.isInteger(n) || n < -1 || n > 65535))
        if (bad !== undefined) {
          report({
            path,
            problem: `the port '${port.label}' has a number that no port has`,
            given: String(bad),
            allowed: '1 to 65535 (and -1 for `to`: the same as on the node)',
            do: 'correct the number',
          })
        }
      }
    }
  }),
  error('port-collision-mode', ['ignore_collision'], (job, report) => {
    for (const { group, ports, path } of groupsOf(job)) {
      const mode = group.network?.[0]?.mode
      for (const port of ports) {
        if (port.ignore_collision !== true || mode === undefined || mode === 'host') continue
        report({
          path,
          problem: `only ports in the node's own network can share a static port`,
          given: `'${port.label}' with ignoreCollision in network mode '${mode}'`,
          allowed: 'Network.host()',
          do: 'leave out ignoreCollision, or use the host network',
        })
      }
    }
  }),
  error('duplicate-port', ['network'], (job, report) => {
    for (const { ports, path } of groupsOf(job)) {
      for (const port of duplicates(ports, (p) => p.label)) {
        report({ path, problem: `two ports of the group have one label`, given: `'${port.label}'`, do: 'rename one' })
      }
    }
  }),
]

/** Labels of the ports that a group, and a task of it, may name. */
export function labelsOf(ports: readonly PortSpec[], task?: TaskSpec): string[] {
  const own = (task?.resources?.network ?? []).flatMap((network) => network.port ?? [])
  return [...ports, ...own].map((port) => port.label)
}
