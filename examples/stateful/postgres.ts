import type { Construct } from 'constructs'
import {
  Check,
  Cpu,
  Docker,
  Duration,
  HostVolume,
  Job,
  Memory,
  Network,
  Restart,
  type Secret,
  Size,
  Template,
  Update,
} from 'nomad-constructs'

/** What PostgreSQL needs from outside. */
export interface PostgresProps {
  /** Where its password is: an item `password`. */
  readonly secret: Secret
  /** @default Size.gibibytes(1) */
  readonly size?: Size
  /** @default 'postgres:17' */
  readonly image?: string
}

/** PostgreSQL with its data on a volume that outlives the container, the allocation and the job. */
export class Postgres extends Job {
  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id, {
      priority: 80,
      // one volume, one writer: the old instance stops before the new one starts, so no canaries
      update: Update.rolling({ healthyDeadline: Duration.minutes(3), progressDeadline: Duration.minutes(5) }),
    })
    const group = this.addGroup('postgres', {
      network: Network.bridge(),
      restart: Restart.delayed(5, { interval: Duration.minutes(5), delay: Duration.seconds(5) }),
    })
    const sql = group.addPort('sql', { to: 5432 })

    const server = group.addTask('postgres', {
      driver: Docker.image(props.image ?? 'postgres:17', { shmSize: Size.mebibytes(64) }),
      env: { POSTGRES_PASSWORD_FILE: '/secrets/password', PGDATA: '/var/lib/postgresql/data/pgdata' },
      templates: [Template.of(props.secret.item('password'), { destination: 'secrets/password' })],
      resources: { cpu: Cpu.mhz(500), memory: Memory.mebibytes(256) },
      // a shutdown that lets transactions end and writes what is in memory
      killSignal: 'SIGTERM',
      killTimeout: Duration.seconds(60),
    })
    props.secret.grantRead(server)

    const data = new HostVolume(this, 'data', { name: `${id}-data`, capacityMin: props.size ?? Size.gibibytes(1) })
    data.mountIn(server, '/var/lib/postgresql/data')

    group.addService('postgres', {
      port: sql,
      checks: [Check.tcp({ every: Duration.seconds(5), timeout: Duration.seconds(2) })],
    })
  }
}
