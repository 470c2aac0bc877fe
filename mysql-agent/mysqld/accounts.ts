import type { Settings } from '../settings.js'
import type { Mysqld } from './connection.js'

/** The accounts that the group needs beside root and agent, with the least that each can do its work with. */
export function accountStatements(
  settings: Pick<Settings, 'appUser' | 'appDatabase'>,
): readonly { user: string; grants: readonly string[] }[] {
  return [
    // Replicas pull the binary log with it, and a clone's donor lets it in.
    { user: 'replication', grants: ["GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO 'replication'@'%'"] },
    { user: settings.appUser, grants: [`GRANT ALL ON \`${settings.appDatabase}\`.* TO '${settings.appUser}'@'%'`] },
    // A base backup is a clone that mysqld makes of itself, and the archiver reads the binary log as a replica would: no table is read.
    {
      user: 'backup',
      grants: ["GRANT BACKUP_ADMIN, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'backup'@'%'"],
    },
  ]
}

/**
 * Creates what is missing on the first primary. Ordinary accounts can't write meanwhile (read_only), and no commit waits for a
 * replica, because there can't be one before these accounts are there. Safe to repeat.
 */
export async function provision(mysqld: Mysqld, settings: Settings): Promise<void> {
  const passwords: Record<string, string> = {
    replication: settings.passwords.replication,
    [settings.appUser]: settings.passwords.app,
    backup: settings.passwords.backup,
  }
  await mysqld.session(async (run) => {
    await run('SET GLOBAL rpl_semi_sync_source_enabled = OFF')
    await run('SET GLOBAL read_only = ON')
    await run('SET GLOBAL super_read_only = OFF')
    await run(`CREATE DATABASE IF NOT EXISTS \`${settings.appDatabase}\``)
    for (const { user, grants } of accountStatements(settings)) {
      await run(`CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY ?`, [passwords[user] ?? ''])
      for (const grant of grants) await run(grant)
    }
  })
}
