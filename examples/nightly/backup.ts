import type { Construct } from 'constructs'
import {
  Cpu,
  Docker,
  Duration,
  ExistingVolume,
  Job,
  Memory,
  Network,
  Periodic,
  Reschedule,
  Restart,
  type Secret,
  Template,
  consulTemplate,
  services,
} from 'nomad-constructs'

/** What is backed up, and when. */
export interface BackupProps {
  /** Where the database's password is: an item `password`. */
  readonly secret: Secret
  /** @default '15 3 * * *': at 3:15 each night */
  readonly cron?: string
  /** @default 'UTC' */
  readonly timeZone?: string
}

/** A dump of the database, each night, on a volume of the node. */
export class Backup extends Job {
  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id, {
      type: 'batch',
      periodic: Periodic.cron(props.cron ?? '15 3 * * *', { timeZone: props.timeZone, prohibitOverlap: true }),
      // tries for an hour, then waits for the next night
      reschedule: Reschedule.attempts(3, Duration.hours(1), { delay: Duration.minutes(5) }),
    })
    const group = this.addGroup('backup', {
      network: Network.bridge(),
      restart: Restart.attempts(2, { interval: Duration.minutes(10), delay: Duration.seconds(15) }),
    })
    const dump = group.addTask('dump', {
      driver: Docker.image('postgres:17', { command: 'sh', args: ['/local/dump.sh'] }),
      templates: [
        Template.of('set -eu\npg_dumpall --clean >/backup/new.sql\nmv /backup/new.sql "/backup/$(date +%F).sql"\n', {
          destination: 'local/dump.sh',
        }),
        Template.of(
          services('postgres').each((s) => consulTemplate`PGHOST=${s.address}\nPGPORT=${s.port}\n`),
          { destination: 'local/postgres.env', env: true },
        ),
      ],
      env: { PGUSER: 'postgres' },
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(128) },
    })
    props.secret.grantRead(dump, { env: { PGPASSWORD: 'password' } })
    ExistingVolume.host('backup').mountIn(dump, '/backup')
  }
}
