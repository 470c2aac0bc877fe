import type { FreeValue, TaskSpec } from '../spec'
import { error, known, type Rule, tasksOf, warning } from './rule'

export const dockerRules: readonly Rule[] = [
  error('docker-image', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.driver !== 'docker' || task.config?.image) continue
      report({ path, problem: 'a Docker task needs an image', given: 'none', do: 'use Docker.image(reference)' })
    }
  }),
  warning('image-latest', (job, report) => {
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
  error('docker-mount', (job, report) => {
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
  error('docker-mount-collision', (job, report) => {
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
  error('docker-hard-limit', (job, report) => {
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
  warning('docker-privileged', (job, report) => {
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
