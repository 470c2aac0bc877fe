import { Construct } from 'constructs'
import { MysqlArchive, type MysqlArchiveProps, MysqlBackup, type MysqlBackupProps } from './backup'
import { MysqlRestore, type MysqlRestoreProps } from './restore'

export type MysqlMaintenanceProps = MysqlBackupProps & MysqlArchiveProps & MysqlRestoreProps

/**
 * What a MySQL group needs over the years, as three jobs: the archiver of its binary logs, base backups on a schedule, and, waiting to be
 * dispatched, the restore to a moment. `MysqlRotate` joins them when the agents follow a new password (mysql-agent/rotation).
 */
export class MysqlMaintenance extends Construct {
  readonly archive: MysqlArchive
  readonly backup: MysqlBackup
  readonly restore: MysqlRestore

  constructor(scope: Construct, id: string, props: MysqlMaintenanceProps) {
    super(scope, id)
    this.archive = new MysqlArchive(this, 'mysql-archive', props)
    this.backup = new MysqlBackup(this, 'mysql-backup', props)
    this.restore = new MysqlRestore(this, 'mysql-restore', props)
  }
}
