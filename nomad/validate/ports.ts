import type { PortSpec, TaskGroupSpec, TaskSpec } from '../spec'
import { duplicates, error, groupsOf, known, quotedList, type Rule, servicesOf, tasksOf, warning } from './rule'

export const portRules: readonly Rule[] = [
  error('unknown-port', (job, report) => {
    for (const { group, task, service, path } of servicesOf(job)) {
      const labels = labelsOf(group, task)
      const users = [
        { who: `the service '${service.name}'`, port: service.port, mode: service.address_mode },
        ...(service.check ?? []).map((check, i) => ({
          who: `check ${i + 1} of the service '${service.name}'`,
          port: check.port,
          mode: check.address_mode ?? service.address_mode,
        })),
      ]
      for (const { who, port, mode } of users) {
        if (!known(port) || port === '' || labels.includes(port) || port.includes('${')) continue
        // A number is where the task listens: groups take it as it is, tasks only with the driver's address
        if (/^\d+$/.test(port) && (!task || mode === 'driver')) continue
        report({
          path,
          problem: `${who} names a port that its group doesn't have`,
          given: `'${port}'`,
          allowed: quotedList(labels),
          do: `take one of these, or add the port: group.addPort('${port}')`,
        })
      }
    }
  }),
  error('unknown-docker-port', (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      const ports = task.driver === 'docker' ? task.config?.ports : undefined
      if (!Array.isArray(ports)) continue
      for (const port of ports) {
        if (typeof port !== 'string' || !known(port) || labelsOf(group, task).includes(port)) continue
        report({
          path,
          problem: `Docker's ports name a port that the group doesn't have`,
          given: `'${port}'`,
          allowed: quotedList(labelsOf(group, task)),
          do: `take one of these, or add the port: group.addPort('${port}')`,
        })
      }
    }
  }),
  warning('docker-ports-without-effect', (job, report) => {
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
  warning('docker-ports-in-bridge', (job, report) => {
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
  error('static-port-clash', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const fixed = portsOf(group).filter((port) => known(port.static) && port.ignore_collision !== true)
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
  warning('canary-static-port', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const fixed = portsOf(group).find((port) => known(port.static) && port.ignore_collision !== true)
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
  error('port-range', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const port of portsOf(group)) {
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
  error('port-collision-mode', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const mode = group.network?.[0]?.mode
      for (const port of portsOf(group)) {
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
  error('duplicate-port', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const port of duplicates(portsOf(group), (p) => p.label)) {
        report({ path, problem: `two ports of the group have one label`, given: `'${port.label}'`, do: 'rename one' })
      }
    }
  }),
]

export function portsOf(group: TaskGroupSpec): readonly PortSpec[] {
  return (group.network ?? []).flatMap((network) => [...(network.port ?? []), ...(network.reserved_ports ?? [])])
}

export function labelsOf(group: TaskGroupSpec, task?: TaskSpec): string[] {
  const own = (task?.resources?.network ?? []).flatMap((network) => network.port ?? [])
  return [...portsOf(group), ...own].map((port) => port.label)
}
