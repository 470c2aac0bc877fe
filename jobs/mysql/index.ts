export { MysqlArchive, type MysqlArchiveProps, MysqlBackup, type MysqlBackupProps } from './backup'
export { MysqlBackups, type MysqlBackupsProps } from './backups'
export { Mysql, type MysqlProps } from './mysql'
export { MysqlRestore, type MysqlRestoreProps } from './restore'
