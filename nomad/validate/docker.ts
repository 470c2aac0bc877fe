import type { FreeValue, TaskSpec } from '../spec'
import { error, groupsOf, known, type Rule, tasksOf, warning } from './rule'

const reference =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[a-f0-9]{32,})?$/

export const dockerRules: readonly Rule[] = [
  error('docker-image', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.driver !== 'docker' || task.config?.image) continue
      report({ path, problem: 'a Docker task needs an image', given: 'none', do: 'use Docker.image(reference)' })
    }
  }),
  warning('image-latest', ['image'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const image = task.driver === 'docker' ? task.config?.image : undefined
      if (typeof image !== 'string' || !known(image) || image === '' || image.includes('${')) continue
      const name = image.split('/').pop() ?? image
      if (image.includes('@') || (name.includes(':') && !name.endsWith(':latest'))) continue
      report({
        path,
        problem: 'the image has no version of its own: what runs depends on when it was pulled',
        given: `'${image}'`,
        allowed: 'a version or a digest',
        do: `write '${name.split(':')[0]}:<version>'`,
      })
    }
  }),
  error('image-reference', ['image'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const image = task.driver === 'docker' ? task.config?.image : undefined
      if (typeof image !== 'string' || !known(image) || image === '' || image.includes('${')) continue
      if (reference.test(image.replace(/^(?:docker|https?):\/\//, ''))) continue
      report({
        path,
        problem: 'no image can be called so',
        given: `'${image}'`,
        allowed: `[registry[:port]/]name[:tag][@digest], the name in lower case`,
        do: 'correct the reference',
      })
    }
  }),
  warning('docker-port-unpublished', ['network'], (job, report) => {
    for (const { group, ports, path } of groupsOf(job)) {
      const mode = group.network?.[0]?.mode
      if (ports.length === 0 || (known(mode) && mode !== 'host') || !group.task?.length) continue
      const reached = (task: TaskSpec) =>
        task.driver !== 'docker' ||
        task.config?.network_mode !== undefined ||
        task.config?.ports !== undefined ||
        task.config?.port_map !== undefined
      if (group.task.some(reached)) continue
      report({
        path,
        problem: `Docker gives a container a network of its own here, so nothing reaches the group's ports in it`,
        given: `${ports.map((port) => `'${port.label}'`).join(', ')} in network mode '${mode ?? 'host'}'`,
        allowed: `networkMode: 'host', or ports, of Docker; or a bridge network of the group`,
        do: `set networkMode: 'host' in Docker.image(...), or use Network.bridge()`,
      })
    }
  }),
  warning('docker-network-mode', ['network_mode'], (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      const own = task.driver === 'docker' ? task.config?.network_mode : undefined
      const mode = group.network?.[0]?.mode
      if (typeof own !== 'string' || !known(own) || own === '' || !(mode === 'bridge' || mode?.startsWith('cni/')))
        continue
      report({
        path,
        problem: `Docker takes the task out of the group's network: its ports don't lead to it`,
        given: `networkMode '${own}' in a group with network mode '${mode}'`,
        do: 'leave networkMode out, or silence this where it is meant',
      })
    }
  }),
  error('docker-cpu-period', ['cpu_cfs_period'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const period = task.driver === 'docker' ? task.config?.cpu_cfs_period : undefined
      if (typeof period !== 'number' || !known(period) || (period >= 1000 && period <= 1000000)) continue
      report({
        path,
        problem: 'Docker refuses such a period of the processor',
        given: `cpuCfsPeriod ${period}`,
        allowed: '1000 to 1000000 (microseconds)',
        do: 'change it, or leave it out: 100000',
      })
    }
  }),
  error('docker-volume', ['volumes'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const volumes = task.driver === 'docker' ? task.config?.volumes : undefined
      if (!Array.isArray(volumes)) continue
      for (const volume of volumes) {
        if (typeof volume !== 'string' || !known(volume) || volume.includes('${')) continue
        const [source = '', target = '', mode = 'rw', ...more] = volume.split(':')
        if (source !== '' && target.startsWith('/') && /^[a-zA-Z,]+$/.test(mode) && more.length === 0) continue
        report({
          path,
          problem: `a Docker volume can't be made`,
          given: `'${volume}'`,
          allowed: `'source:/target' or 'source:/target:ro'`,
          do: 'correct it, or use DockerMount.bind(source, target)',
        })
      }
    }
  }),
  error('docker-mount', ['mount'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const mount of objects(task, 'mount')) {
        const { type, source, target } = mount
        const bad =
          typeof target !== 'string' || target === ''
            ? 'no target'
            : known(target) && !target.startsWith('/') && !target.startsWith('${')
              ? `target '${target}', which is no absolute path`
              : type === 'bind' && !source
                ? 'a bind without a source'
                : undefined
        if (bad === undefined) continue
        report({
          path,
          problem: `a Docker mount can't be made`,
          given: bad,
          do: 'use DockerMount.bind(source, target) with an absolute target',
        })
      }
    }
  }),
  error('docker-mount-collision', ['mount', 'volume_mount'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const targets = [
        ...objects(task, 'mount').map((mount) => mount.target),
        ...(task.driver === 'docker' ? (task.volume_mount ?? []) : []).map((mount) => mount.destination),
      ].filter((target): target is string => typeof target === 'string' && known(target))
      for (const target of new Set(targets.filter((t, i) => targets.indexOf(t) < i))) {
        report({
          path,
          problem: 'two mounts have one place in the container',
          given: `'${target}'`,
          do: 'move one of them',
        })
      }
    }
  }),
  error('docker-hard-limit', ['memory_hard_limit'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const hard = task.driver === 'docker' ? task.config?.memory_hard_limit : undefined
      const soft = task.resources?.memory
      if (typeof hard !== 'number' || !known(hard) || !known(soft) || hard >= soft) continue
      report({
        path,
        problem: `Docker's hard limit is below the task's memory`,
        given: `memoryHardLimit ${hard}, memory ${soft}`,
        do: 'raise it, or leave it out',
      })
    }
  }),
  warning('docker-privileged', ['privileged'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.driver !== 'docker' || task.config?.privileged !== true) continue
      report({
        path,
        problem: 'a privileged container is root on the node',
        given: 'privileged: true',
        do: 'use capAdd, or silence this where it is meant',
      })
    }
  }),
]

function objects(task: TaskSpec, key: string): { [key: string]: FreeValue | undefined }[] {
  const value = task.driver === 'docker' ? task.config?.[key] : undefined
  return Array.isArray(value) ? value.flatMap((v) => (isMap(v) ? [v] : [])) : []
}

function isMap(value: FreeValue): value is { [key: string]: FreeValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
