import { duplicates, error, groupsOf, known, quotedList, type Rule, tasksOf, warning } from './rule'

export const volumeRules: readonly Rule[] = [
  error('unknown-volume', (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      const names = (group.volume ?? []).map((volume) => volume.name)
      for (const mount of task.volume_mount ?? []) {
        if (!known(mount.volume) || names.includes(mount.volume)) continue
        report({
          path,
          problem: `the mount '${mount.volume}' names a volume that its group doesn't have`,
          given: `mount('${mount.volume}', '${mount.destination ?? ''}')`,
          allowed:
            names.length === 0
              ? `none: the group '${group.name}' has no volumes`
              : `${quotedList(names)} (group '${group.name}')`,
          do: `${names[0] === undefined ? '' : `mount '${names[0]}', or `}add the volume: group.addVolume('${mount.volume}')`,
        })
      }
    }
  }),
  error('mount-collision', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const mount of duplicates(task.volume_mount ?? [], (m) => m.destination)) {
        report({
          path,
          problem: 'two volumes are mounted at one place',
          given: `'${mount.destination ?? ''}'`,
          do: 'mount one of them elsewhere',
        })
      }
    }
  }),
  error('volume-per-alloc', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      const canary = (group.update ?? job.spec.update)?.canary
      for (const volume of group.volume ?? []) {
        if (volume.per_alloc !== true) continue
        const clash =
          job.spec.type === 'system' || job.spec.type === 'sysbatch'
            ? `a ${job.spec.type} job, whose allocations have no index`
            : known(canary) && canary > 0
              ? `canaries, which would share their volume with the allocation they replace`
              : volume.sticky === true
                ? `sticky, which says the same in another way`
                : undefined
        if (clash === undefined) continue
        report({
          path,
          problem: `the volume '${volume.name}' is per allocation, which doesn't go with ${clash}`,
          given: 'perAlloc: true',
          do: 'leave out perAlloc, or the other',
        })
      }
    }
  }),
  error('volume-single-writer', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        if (volume.type !== 'csi' || volume.per_alloc === true || !known(group.count) || group.count < 2) continue
        if (!volume.access_mode?.startsWith('single-node')) continue
        report({
          path,
          problem: `the volume '${volume.name}' can be used by one allocation only`,
          given: `accessMode '${volume.access_mode}' and count ${group.count}`,
          allowed: 'count 1, perAlloc, or a multi-node access mode',
          do: 'set perAlloc: true, so that each allocation has a volume of its own',
        })
      }
    }
  }),
  error('volume-read-only', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        if (volume.access_mode !== 'single-node-reader-only' || volume.read_only === true) continue
        report({
          path,
          problem: `the volume '${volume.name}' can only be read`,
          given: `accessMode 'single-node-reader-only'`,
          allowed: 'readOnly: true with it',
          do: 'set readOnly: true',
        })
      }
    }
  }),
  warning('shared-host-volume', (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      if (!known(group.count) || group.count < 2 || job.spec.type === 'system') continue
      const distinct = [...(job.spec.constraint ?? []), ...(group.constraint ?? [])].some((c) =>
        c.operator?.startsWith('distinct_'),
      )
      if (distinct) continue
      for (const volume of group.volume ?? []) {
        if (volume.type !== 'host' || volume.read_only === true || volume.per_alloc === true || volume.sticky === true)
          continue
        report({
          path,
          problem: `several allocations on one node would write to the same host volume '${volume.name}'`,
          given: `count ${group.count} without distinct hosts`,
          do: 'add Constraint.distinctHosts(), or perAlloc: true',
        })
      }
    }
  }),
]
