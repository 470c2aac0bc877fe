import { error, groupsOf, known, quotedList, type Rule, tasksOf, warning } from './rule'

export const resourceRules: readonly Rule[] = [
  warning('no-memory-limit', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.resources?.memory !== undefined) continue
      report({
        path,
        problem: `the task has no memory of its own: Nomad gives it 300 MiB`,
        do: 'set resources: { memory: Memory.mebibytes(...) }',
      })
    }
  }),
  error('cpu-and-cores', ['cores'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (task.resources?.cpu === undefined || task.resources.cores === undefined) continue
      report({
        path,
        problem: 'a task has a share of the processor or cores of its own, not both',
        given: `cpu ${task.resources.cpu} and cores ${task.resources.cores}`,
        do: 'leave one out',
      })
    }
  }),
  error('memory-max', ['memory_max'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const { memory, memory_max: max } = task.resources ?? {}
      if (!known(max) || !known(memory) || max === -1 || max >= memory) continue
      report({
        path,
        problem: `the most memory is less than the memory`,
        given: `memory ${memory}, memoryMax ${max}`,
        allowed: `memoryMax >= memory`,
        do: 'raise memoryMax or leave it out',
      })
    }
  }),
  error('resource-minimum', (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const { cpu, memory } = task.resources ?? {}
      const low = known(cpu) && cpu < 1 ? `cpu ${cpu}` : known(memory) && memory < 10 ? `memory ${memory}` : undefined
      if (low === undefined) continue
      report({
        path,
        problem: 'Nomad gives no task so little',
        given: low,
        allowed: 'cpu 1 MHz, memory 10 MiB or more',
        do: 'raise it',
      })
    }
  }),
  warning('memory-max-ignored', ['memory_max'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const max = task.resources?.memory_max
      if (max === undefined || max === 0) continue
      report({
        path,
        problem: `the most memory counts only where the cluster allows oversubscription, and is ignored elsewhere`,
        given: `memoryMax ${String(max)}`,
        do: `turn on memory oversubscription in the scheduler's configuration, and silence this`,
      })
    }
  }),
  warning('disk-in-task', ['disk'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      if (!known(task.resources?.disk) || task.resources.disk <= 0) continue
      report({
        path,
        problem: 'disk is of a group: in a task it has no effect',
        given: `disk ${task.resources.disk}`,
        do: 'set ephemeralDisk.size of the group',
      })
    }
  }),
  error('secrets-memory', ['secrets'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const { secrets, memory } = task.resources ?? {}
      if (!known(secrets) || (memory !== undefined && !known(memory)) || secrets <= (memory ?? 300)) continue
      report({
        path,
        problem: `the secrets' file system is larger than the task's memory`,
        given: `secrets ${secrets}, memory ${memory ?? '300 (default)'}`,
        do: 'make it smaller',
      })
    }
  }),
  error('device', ['device'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      for (const device of task.resources?.device ?? []) {
        const distinct = device.constraint?.find((c) => c.operator?.startsWith('distinct_'))
        const parts = device.name.split('/')
        if (!distinct && !parts.includes('')) continue
        report({
          path,
          problem: distinct
            ? 'distinct hosts and properties are of a group, not of a device'
            : 'no device is called so',
          given: distinct?.operator ?? `'${device.name}'`,
          allowed: `'type', 'vendor/type' or 'vendor/type/name': 'nvidia/gpu'`,
          do: distinct ? 'move it to the group' : 'correct the name',
        })
      }
    }
  }),
  error('numa-device', ['numa'], (job, report) => {
    for (const { task, path } of tasksOf(job)) {
      const asked = (task.resources?.device ?? []).map((device) => device.name)
      for (const name of task.resources?.numa?.devices ?? []) {
        if (asked.includes(name)) continue
        report({
          path,
          problem: 'numa binds a device that the task has not asked for',
          given: `'${name}'`,
          allowed: quotedList(asked),
          do: 'add it to devices',
        })
      }
    }
  }),
  warning('disk-migrate', ['ephemeral_disk'], (job, report) => {
    for (const { group, path } of groupsOf(job)) {
      if (group.ephemeral_disk?.migrate !== true || group.ephemeral_disk.sticky === true) continue
      report({
        path,
        problem: 'data is moved only between allocations that follow each other, which sticky makes them',
        given: 'ephemeralDisk with migrate, without sticky',
        do: 'set sticky: true',
      })
    }
  }),
  error('log-disk', ['logs', 'ephemeral_disk'], (job, report) => {
    for (const { group, task, path } of tasksOf(job)) {
      if (task.logs?.disabled === true) continue
      const files = task.logs?.max_files ?? 10
      const size = task.logs?.max_file_size ?? 10
      const disk = group.ephemeral_disk?.size ?? 300
      if (!known(files) || !known(size) || !known(disk) || files * size < disk) continue
      report({
        path,
        problem: `the task's logs need as much disk as its group has`,
        given: `logs ${files} x ${size} MiB, disk ${disk} MiB`,
        allowed: 'logs smaller than the ephemeral disk',
        do: 'make the logs smaller, or raise ephemeralDisk.size',
      })
    }
  }),
]
