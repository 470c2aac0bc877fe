import { Construct } from 'constructs'
import { MysqlArchive, type MysqlArchiveProps, MysqlBackup, type MysqlBackupProps, MysqlFirstBackup } from './backup'
import { MysqlRestore, type MysqlRestoreProps } from './restore'
import { MysqlRotate } from './rotate'

export type MysqlMaintenanceProps = MysqlBackupProps & MysqlArchiveProps & MysqlRestoreProps

/**
 * What a MySQL group needs over the years, as five jobs: the archiver of its binary logs, a first base backup, base backups on a schedule, and, waiting to be
 * dispatched, the restore to a moment and a new password.
 */
export class MysqlMaintenance extends Construct {
  readonly archive: MysqlArchive
  readonly first: MysqlFirstBackup
  readonly backup: MysqlBackup
  readonly restore: MysqlRestore
  readonly rotate: MysqlRotate

  constructor(scope: Construct, id: string, props: MysqlMaintenanceProps) {
    super(scope, id)
    this.archive = new MysqlArchive(this, 'mysql-archive', props)
    this.first = new MysqlFirstBackup(this, 'mysql-backup-first', props)
    this.backup = new MysqlBackup(this, 'mysql-backup', props)
    this.restore = new MysqlRestore(this, 'mysql-restore', props)
    this.rotate = new MysqlRotate(this, 'mysql-rotate', props)
  }
}
