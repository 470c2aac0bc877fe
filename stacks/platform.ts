import type { Construct } from 'constructs'
import { Analysis } from '../jobs/analysis'
import { Cassandra, CassandraSchema } from '../jobs/cassandra'
import { Haproxy } from '../jobs/haproxy'
import { Keeper } from '../jobs/keeper'
import { Mysql, MysqlMaintenance } from '../jobs/mysql'
import { Secrets } from '../jobs/secrets'
import { Web } from '../jobs/web'
import type { Settings } from './settings'
import { Tier } from './tier'

/** What must be there before any tier: the secrets, and who looks after system jobs. */
export class FoundationStack extends Tier {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings)
    new Secrets(this, 'secrets', { image: settings.images.secrets })
    new Keeper(this, 'keeper', { image: settings.images.keeper })
  }
}

/** MySQL for accounts and sessions, Cassandra for posts. */
export class DataStack extends Tier {
  readonly mysql: Mysql

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings)
    this.mysql = new Mysql(this, 'mysql', {
      image: settings.images.mysql,
      agentImage: settings.images['mysql-agent'],
      instances: settings.mysqlInstances,
    })
    const maintenance = new MysqlMaintenance(this, 'mysql-maintenance', { image: settings.images['mysql-backup'] })
    maintenance.archive.dependsOn(this.mysql)
    maintenance.first.dependsOn(this.mysql)
    const cassandra = new Cassandra(this, 'cassandra', { image: settings.images.cassandra })
    const schema = new CassandraSchema(this, 'cassandra-schema', {
      image: settings.images.schema,
      replicationFactor: Math.min(3, settings.nodes),
    })
    schema.dependsOn(cassandra)
  }
}

/** The load balancer on every node. */
export class EdgeStack extends Tier {
  constructor(scope: Construct, id: string, settings: Settings, data: DataStack) {
    super(scope, id, settings)
    new Haproxy(this, 'haproxy', {
      image: settings.images.haproxy,
      mysql: data.mysql.backEnds,
      onlyOnce: Web.onlyOnce,
    })
    this.addDependency(data)
  }
}

/** The site. */
export class WebStack extends Tier {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings)
    new Web(this, 'web', {
      image: settings.images.web,
      nginxImage: settings.images.nginx,
      instances: settings.webInstances,
    })
  }
}

/** Spark, on demand. */
export class AnalysisStack extends Tier {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings)
    new Analysis(this, 'analysis', { image: settings.images.spark, executors: settings.analysisExecutors })
  }
}

/** Every tier, each deployed when what it needs is healthy. */
export function platform(scope: Construct, settings: Settings) {
  const foundation = new FoundationStack(scope, 'foundation', settings)
  const data = new DataStack(scope, 'data', settings)
  const edge = new EdgeStack(scope, 'edge', settings, data)
  const web = new WebStack(scope, 'web', settings)
  const analysis = new AnalysisStack(scope, 'analysis', settings)

  data.addDependency(foundation)
  web.addDependency(edge)
  analysis.addDependency(data)
  return { foundation, data, edge, web, analysis }
}
