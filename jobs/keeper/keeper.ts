import type { Construct } from 'constructs'
import {
  Cpu,
  Docker,
  Duration,
  grantCapabilities,
  Identity,
  Job,
  Memory,
  Network,
  Reschedule,
  Restart,
  Size,
} from '../../nomad'

export interface KeeperProps {
  readonly image: string
}

/**
 * Starts again what failed for good of system jobs (HAProxy, Cassandra). Nomad reschedules the allocations of services; a system
 * job's stays failed until the job is evaluated: the keeper has it evaluated, within half a minute.
 */
export class Keeper extends Job {
  constructor(scope: Construct, id: string, props: KeeperProps) {
    super(scope, id, { type: 'service', priority: 70 })
    grantCapabilities(this, { capabilities: ['list-jobs', 'read-job', 'evaluate-job'], verb: 'evaluates' })

    const group = this.addGroup('keeper', {
      network: Network.bridge(),
      restart: Restart.delayed(10, { interval: Duration.minutes(5), delay: Duration.seconds(5) }),
      reschedule: Reschedule.unlimited({
        delay: Duration.seconds(5),
        delayFunction: 'exponential',
        maxDelay: Duration.minutes(2),
      }),
    })
    group.addTask('keep', {
      driver: Docker.image(props.image, { readonlyRootfs: true, tmpfs: { '/tmp': Size.mebibytes(2) } }),
      identities: [Identity.default({ env: true })],
      env: { EVERY: 30 },
      resources: { cpu: Cpu.mhz(20), memory: Memory.mebibytes(24) },
    })
  }
}
