import { App, TerraformStack } from 'cdktf'
import { Cpu, Docker, type Group, Job, type JobProps, Memory, type TaskProps } from '../../nomad'

/** A stack in an app of its own. */
export function newStack(id = 'stack'): TerraformStack {
  return new TerraformStack(new App(), id)
}

export function newJob(props: JobProps = {}, id = 'job'): Job {
  return new Job(newStack(), id, props)
}

/** What a task needs and nothing else. */
export const minimal: TaskProps = {
  driver: Docker.image('web:1'),
  resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
}

/** A job with one group and one task, that no rule finds anything in. */
export function simpleJob(props: JobProps = {}): { job: Job; group: Group } {
  const job = newJob(props)
  const group = job.addGroup('group')
  group.addTask('task', minimal)
  return { job, group }
}
