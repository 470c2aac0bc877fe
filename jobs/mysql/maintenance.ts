import { Construct } from 'constructs'
import { MysqlArchive, type MysqlArchiveProps, MysqlBackup, type MysqlBackupProps } from './backup'
import { MysqlRestore, type MysqlRestoreProps } from './restore'
import { MysqlRotate } from './rotate'

export type MysqlMaintenanceProps = MysqlBackupProps & MysqlArchiveProps & MysqlRestoreProps

/**
 * What a MySQL group needs over the years, as four jobs: the archiver of its binary logs, base backups on a schedule, and, waiting to be
 * dispatched, the restore to a moment and a new password.
 */
export class MysqlMaintenance extends Construct {
  readonly archive: MysqlArchive
  readonly backup: MysqlBackup
  readonly restore: MysqlRestore
  readonly rotate: MysqlRotate

  constructor(scope: Construct, id: string, props: MysqlMaintenanceProps) {
    super(scope, id)
    this.archive = new MysqlArchive(this, 'mysql-archive', props)
    this.backup = new MysqlBackup(this, 'mysql-backup', props)
    this.restore = new MysqlRestore(this, 'mysql-restore', props)
    this.rotate = new MysqlRotate(this, 'mysql-rotate', props)
  }
}
