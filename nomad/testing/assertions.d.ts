import type {
  ServiceSpec,
  JobSpec,
  PortSpec,
  TaskGroupSpec,
  TaskSpec,
  TemplateSpec,
  VolumeMountSpec,
  VolumeRequestSpec,
} from '../spec'
import type { Expected } from './match'

declare global {
  namespace Chai {
    interface Assertion {
      /** The construct (an app, a stack, ...) has a job of this id. What follows is about that job. */
      haveJob(id: string, expected?: Expected<JobSpec>): Assertion
      /** The job has such a group. What follows is about it. */
      withGroup(name: string, expected?: Expected<TaskGroupSpec>): Assertion
      /** The group has such a task. What follows is about it. */
      withTask(name: string, expected?: Expected<TaskSpec>): Assertion
      /** The group or task has such a service. What follows is still about the group or task. */
      withService(name: string, expected?: Expected<ServiceSpec>): Assertion
      /** The group has such a port. */
      withPort(label: string, expected?: Expected<PortSpec>): Assertion
      /** The group has such a volume. */
      withVolume(name: string, expected?: Expected<VolumeRequestSpec>): Assertion
      /** The task mounts this volume. */
      withMount(volume: string, expected?: Expected<VolumeMountSpec>): Assertion
      /** The task renders this file. `data` may be a regular expression. */
      withTemplate(destination: string, expected?: Expected<TemplateSpec>): Assertion
      /** The task's environment holds these variables. */
      withEnv(expected: Readonly<Record<string, string | RegExp>>): Assertion
      /** The job, group or task has this: `Constraint.distinctHosts()`, `Update.rolling(...)`, ... */
      thatHas(expected: { toSpec(): unknown }): Assertion
      /** No rule finds an error in the job, or in any job below the construct. */
      validNomadJob(): Assertion
      /** No rule finds an error in any job below the construct. */
      validNomadJobs(): Assertion
      /** A rule of this name finds something; the text may be part of it. */
      haveFinding(rule: string, text?: string | RegExp): Assertion
    }
  }
}
