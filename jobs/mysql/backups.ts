import { Construct } from 'constructs'
import { MysqlArchive, type MysqlArchiveProps, MysqlBackup, type MysqlBackupProps } from './backup'
import { MysqlRestore, type MysqlRestoreProps } from './restore'

export type MysqlBackupsProps = MysqlBackupProps & MysqlArchiveProps & MysqlRestoreProps

/** Everything around the backups of a MySQL group: the archiver, the base backups on a schedule, and the restore that waits to be dispatched. */
export class MysqlBackups extends Construct {
  readonly archive: MysqlArchive
  readonly backup: MysqlBackup
  readonly restore: MysqlRestore

  constructor(scope: Construct, id: string, props: MysqlBackupsProps) {
    super(scope, id)
    this.archive = new MysqlArchive(this, 'mysql-archive', props)
    this.backup = new MysqlBackup(this, 'mysql-backup', props)
    this.restore = new MysqlRestore(this, 'mysql-restore', props)
  }
}
