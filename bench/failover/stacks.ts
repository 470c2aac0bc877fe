/**
 * The smallest deployment that the drill can hurt: secrets, MySQL, and HAProxy in front of it. On a machine with few cores the other tiers would
 * take the time that is measured here. Deployed by bench/failover/small-fleet.
 */
import { App } from 'cdktf'
import type { Construct } from 'constructs'
import { Haproxy } from '../../jobs/haproxy'
import { Mysql } from '../../jobs/mysql'
import { Secrets } from '../../jobs/secrets'
import { readSettings, type Settings } from '../../stacks/settings'
import { Tier } from '../../stacks/tier'

class DrillStack extends Tier {
  constructor(scope: Construct, settings: Settings) {
    super(scope, 'drill', settings)
    const { images, mysqlInstances } = settings
    new Secrets(this, 'secrets', { image: images.secrets })
    const { backEnds } = new Mysql(this, 'mysql', {
      image: images.mysql,
      agentImage: images['mysql-agent'],
      instances: mysqlInstances,
    })
    new Haproxy(this, 'haproxy', { image: images.haproxy, mysql: backEnds })
  }
}

const app = new App()
new DrillStack(
  app,
  readSettings(process.env, (key) => app.node.tryGetContext(key)),
)
app.synth()
