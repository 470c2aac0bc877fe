import type { Construct } from 'constructs'
import {
  Cpu,
  Docker,
  Duration,
  Identity,
  Job,
  Memory,
  Network,
  Reschedule,
  Restart,
  Size,
  grantVariables,
} from '../../nomad'

export interface SecretsProps {
  readonly image: string
}

/**
 * Makes the platform's secrets inside the cluster, once: each is a Nomad variable below `shoal/`, written only where there is
 * none yet. Safe to run again.
 */
export class Secrets extends Job {
  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id, { type: 'batch', priority: 80 })
    grantVariables(this, { path: 'shoal/*', capabilities: ['read', 'write', 'list'], id: 'write' })

    const group = this.addGroup('secrets', {
      // Not Network.none(): Nomad 1.11's network hook fails on it ("network already configured but not found in state").
      network: Network.bridge(),
      restart: Restart.attempts(5, { interval: Duration.minutes(5), delay: Duration.seconds(5) }),
      reschedule: Reschedule.unlimited({ delay: Duration.seconds(5), delayFunction: 'constant' }),
    })
    group.addTask('generate', {
      driver: Docker.image(props.image, { readonlyRootfs: true, tmpfs: { '/tmp': Size.mebibytes(2) } }),
      identities: [Identity.default({ env: true, file: true })],
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(32) },
    })
  }
}
