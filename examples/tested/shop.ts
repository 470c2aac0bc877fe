import { TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import { Check, Cpu, Docker, Duration, Fleet, Job, Memory, Network, Policy } from 'nomad-constructs'

/** What may differ from one deployment to another. */
export interface ShopProps {
  readonly version: string
  readonly instances: number
}

/** A shop: its database's tables are brought up to date, then the new version starts. */
export class ShopStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id)
    const image = Docker.image(`registry.example.com/shop:${props.version}`)
    const meta = { owner: 'team-shop' }

    const migrate = new Job(this, 'shop-migrate', { type: 'batch', meta })
    migrate.addGroup('migrate').addTask('migrate', {
      driver: Docker.image(`registry.example.com/shop-migrate:${props.version}`),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
    })

    const shop = new Job(this, 'shop', { meta })
    const group = shop.addGroup('shop', { count: props.instances, network: Network.bridge() })
    const http = group.addPort('http', { to: 3000 })
    group.addTask('server', {
      driver: image,
      resources: { cpu: Cpu.mhz(300), memory: Memory.mebibytes(128) },
    })
    group.addService('shop', {
      port: http,
      checks: [Check.http('/ready', { every: Duration.seconds(2), timeout: Duration.seconds(1) })],
    })
    shop.dependsOn(migrate, { until: 'registered' })

    Fleet.of(this).require(Policy.owner(), Policy.limits(), Policy.registries('registry.example.com'))
  }
}
