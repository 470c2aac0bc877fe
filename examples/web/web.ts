import type { Construct } from 'constructs'
import { Check, Cpu, Docker, Duration, Env, Job, Memory, Network, Node, Spread, Update } from 'nomad-constructs'

/** What may differ from one deployment to another. */
export interface WebProps {
  /** @default 3 */
  readonly instances?: number
  /** @default 'traefik/whoami:v1.10' */
  readonly image?: string
}

/** Several instances of a web server, on ports that Nomad chooses. */
export class Web extends Job {
  /** Where others find it in Consul. */
  readonly service = 'web'

  constructor(scope: Construct, id: string, props: WebProps = {}) {
    super(scope, id, {
      update: Update.canary(1, { autoPromote: true, autoRevert: true, minHealthyTime: Duration.seconds(5) }),
    })
    const group = this.addGroup('web', {
      count: props.instances ?? 3,
      network: Network.bridge(),
      spreads: [Spread.over(Node.id)],
      // the proxy looks away before the server stops
      shutdownDelay: Duration.seconds(3),
    })
    const http = group.addPort('http', { to: 8000 })

    group.addTask('server', {
      driver: Docker.image(props.image ?? 'traefik/whoami:v1.10', { args: ['--port', '8000'] }),
      env: { WHOAMI_NAME: Env.allocName },
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(32) },
      killTimeout: Duration.seconds(10),
    })
    group.addService(this.service, {
      port: http,
      checks: [Check.http('/health', { every: Duration.seconds(2), timeout: Duration.seconds(1) })],
    })
  }
}
