import { duplicates, error, groupsOf, known, quotedList, type Rule, tasksOf, warning } from './rule'

const single = ['single-node-reader-only', 'single-node-writer']
const hostModes = [...single, 'single-node-single-writer', 'single-node-multi-writer']
const csiModes = [...single, 'multi-node-reader-only', 'multi-node-single-writer', 'multi-node-multi-writer']

export const volumeRules: readonly Rule[] = [
  error('unknown-volume', ['volume_mount'], (job, report) => {
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
  error('volume-source', ['volume'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const { name, source } of group.volume ?? []) {
        if (source !== undefined && source !== '') continue
        report({
          path,
          problem: `the volume '${name}' has no source`,
          given: 'none',
          do: 'name the volume on the clients, or the CSI volume',
        })
      }
    }
  }),
  warning('volume-source-reference', ['volume'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const { name, source } of group.volume ?? []) {
        if (!known(source) || !source.includes('${')) continue
        report({
          path,
          problem: `the source of the volume '${name}' is taken as it stands: Nomad fills nothing in there`,
          given: `'${source}'`,
          allowed: `the name of a volume; perAlloc adds the allocation's index`,
          do: 'name the volume; from Terraform, hand in the token itself',
        })
      }
    }
  }),
  error('csi-modes', ['volume'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        if (volume.type !== 'csi') continue
        const missing = !volume.access_mode ? 'accessMode' : !volume.attachment_mode ? 'attachmentMode' : undefined
        const options = volume.attachment_mode === 'block-device' && volume.mount_options !== undefined
        if (missing === undefined && !options) continue
        report({
          path,
          problem: `the CSI volume '${volume.name}' can't be claimed`,
          given: options ? 'mount options of a block device' : `no ${missing}`,
          allowed: `accessMode and attachmentMode ('file-system', or 'block-device' without mount options)`,
          do: 'use VolumeSource.csi(source, { accessMode, attachmentMode })',
        })
      }
    }
  }),
  error('volume-access-mode', ['access_mode'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const { name, type, access_mode: mode } of group.volume ?? []) {
        const allowed = type === 'host' ? hostModes : csiModes
        if (!known(mode) || mode === '' || allowed.includes(mode)) continue
        report({
          path,
          problem: `the ${type === 'host' ? 'host' : 'CSI'} volume '${name}' can't be used so`,
          given: `accessMode '${mode}'`,
          allowed: quotedList(allowed),
          do: 'take one of these',
        })
      }
    }
  }),
  error('host-volume-options', ['mount_options'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        if (volume.type !== 'host' || volume.mount_options === undefined) continue
        report({
          path,
          problem: `the host volume '${volume.name}' is a directory: it has no mount options`,
          given: 'mountOptions',
          do: 'leave them out, or use a CSI volume',
        })
      }
    }
  }),
  warning('sticky-csi', ['sticky'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        if (volume.sticky !== true || volume.type !== 'csi') continue
        report({
          path,
          problem: `sticky keeps an allocation on its dynamic host volume, and does nothing for CSI`,
          given: `'${volume.name}' with type 'csi' and sticky`,
          do: 'leave it out, or use perAlloc',
        })
      }
    }
  }),
  warning('volume-unused', ['volume'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      for (const volume of group.volume ?? []) {
        const used = (group.task ?? []).some((task) => task.volume_mount?.some((m) => m.volume === volume.name))
        if (used || group.service?.some((s) => s.connect?.sidecar_task?.volume_mount?.length)) continue
        report({
          path,
          problem: `no task mounts the volume '${volume.name}'`,
          given: `group.addVolume('${volume.name}')`,
          do: `mount it: task.mount('${volume.name}', '/path'), or leave it out`,
        })
      }
    }
  }),
  error('mount-destination', ['volume_mount'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { volume, destination } of task.volume_mount ?? []) {
        if (destination !== undefined && !known(destination)) continue
        if (destination !== undefined && destination !== '') continue
        report({
          path,
          problem: `the volume '${volume ?? ''}' is mounted nowhere`,
          given: 'no destination',
          do: `say where: task.mount('${volume ?? ''}', '/path')`,
        })
      }
    }
  }),
  warning('mount-over-task', ['volume_mount'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const { volume, destination } of task.volume_mount ?? []) {
        if (!known(destination) || !/^\/(?:local|secrets|alloc)\/?$/.test(destination)) continue
        report({
          path,
          problem: `the volume '${volume ?? ''}' hides the task's own directory`,
          given: `'${destination}'`,
          do: 'mount it elsewhere',
        })
      }
    }
  }),
  error('mount-collision', ['volume_mount'], (job, report) => {
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
  error('volume-per-alloc', ['per_alloc'], (job, report) => {
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
  error('volume-single-writer', ['access_mode'], (job, report) => {
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
  error('volume-read-only', ['access_mode'], (job, report) => {
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
  warning('shared-host-volume', ['volume'], (job, report) => {
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
