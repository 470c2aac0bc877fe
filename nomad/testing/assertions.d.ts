import type { Judge } from '../judge'
import type { Affinity, Constraint, Spread } from '../placement'
import type { Resources } from '../resources'
import type {
  ActionSpec,
  AffinitySpec,
  ConstraintSpec,
  JobSpec,
  PortSpec,
  ServiceCheckSpec,
  ServiceSpec,
  SpreadSpec,
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
      /** The group or task has such a service. What follows is still about the group or task, `withCheck` about the service. */
      withService(name: string, expected?: Expected<ServiceSpec>): Assertion
      /** The service that was named last has such a check. */
      withCheck(expected: Expected<ServiceCheckSpec> | { toSpec(): ServiceCheckSpec }): Assertion
      /** The group has such a port. */
      withPort(label: string, expected?: Expected<PortSpec>): Assertion
      /** The group has such a volume. */
      withVolume(name: string, expected?: Expected<VolumeRequestSpec>): Assertion
      /** The task mounts this volume. */
      withMount(volume: string, expected?: Expected<VolumeMountSpec>): Assertion
      /** The task renders this file. `data` may be a regular expression. */
      withTemplate(destination: string, expected?: Expected<TemplateSpec>): Assertion
      /** The task has such an action. */
      withAction(name: string, expected?: Expected<ActionSpec>): Assertion
      /** The task's environment holds these variables. */
      withEnv(expected: Readonly<Record<string, string | RegExp>>): Assertion
      /** The meta of the job, group or task holds these. */
      withMeta(expected: Readonly<Record<string, string | RegExp>>): Assertion
      /** The task's image. */
      withImage(expected: string | RegExp): Assertion
      /** The task's limits: `{ cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) }`, or some of them. */
      withResources(expected: Partial<Resources>): Assertion
      /** The job, group or task has this constraint. */
      withConstraint(expected: Constraint | Expected<ConstraintSpec>): Assertion
      /** The job, group or task has this affinity. */
      withAffinity(expected: Affinity | Expected<AffinitySpec>): Assertion
      /** The job or group is spread like this. */
      withSpread(expected: Spread | Expected<SpreadSpec>): Assertion
      /** The job, group or task has this: `Update.rolling(...)`, `Restart.attempts(...)`, ... */
      thatHas(expected: { toSpec(): unknown }): Assertion
      /** No rule finds an error in the job, or in any job at or below the construct. */
      validNomadJob(): Assertion
      /** Neither our rules nor Nomad's own code (`new Engine()` of `nomad-engine`) find an error. To be awaited. */
      validNomadJob(judge: Judge): Promise<void>
      /** No rule finds an error in any job at or below the construct. */
      validNomadJobs(): Assertion
      /** Neither our rules nor Nomad's own code (`new Engine()` of `nomad-engine`) find an error. To be awaited. */
      validNomadJobs(judge: Judge): Promise<void>
      /** A rule of this name finds something; the text may be part of it. */
      haveFinding(rule: string, text?: string | RegExp): Assertion
      /**
       * The job's HCL is what the file holds. With `UPDATE_SNAPSHOTS=1` in the environment the file is written instead.
       * About the job that was named, or the only one there is.
       */
      matchHclSnapshot(file: string): Assertion
    }
  }
}
