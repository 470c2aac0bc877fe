import { error, known, type Rule, tasksOf, warning } from './rule'

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
  error('cpu-and-cores', (job, report) => {
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
  error('memory-max', (job, report) => {
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
  error('log-disk', (job, report) => {
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
