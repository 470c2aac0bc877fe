import { createConnection } from 'mysql2/promise'
import type { Mysqld } from '../mysqld/connection.js'
import type { Account, AccountState, Step } from './plan.js'

/**
 * Whether the mysqld beside this agent lets somebody in.
 * @throws when it can't be asked
 */
export async function accepts(socket: string, user: string, password: string): Promise<boolean> {
  try {
    const connection = await createConnection({ socketPath: socket, user, password, connectTimeout: 2000 })
    connection.destroy()
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ER_ACCESS_DENIED_ERROR') return false
    throw error
  }
}

/** What mysqld says of the accounts that exist. */
export async function lookAtAccounts(
  mysqld: Mysqld,
  accounts: readonly Account[],
  accepted: (account: Account) => Promise<boolean>,
): Promise<AccountState[]> {
  const rows = await mysqld.rows(
    `SELECT user name, host place, TIMESTAMPDIFF(SECOND, password_last_changed, NOW()) age,
       IFNULL(JSON_CONTAINS_PATH(user_attributes, 'one', '$.additional_password'), 0) old FROM mysql.user`,
  )
  const states: AccountState[] = []
  for (const account of accounts) {
    const row = rows.find((one) => one['name'] === account.user && one['place'] === account.host)
    if (row === undefined) continue
    states.push({
      account,
      accepts: await accepted(account),
      hasOld: Number(row['old']) === 1,
      ageSeconds: Number(row['age'] ?? 0),
    })
  }
  return states
}

/** Does a step on the primary; the replicas get it by replication. */
export async function apply(mysqld: Mysqld, step: Step, password: string): Promise<void> {
  const { user, host } = step.account
  await mysqld.session(async (run) => {
    if (step.do === 'set') {
      await run(`ALTER USER '${user}'@'${host}' IDENTIFIED BY ? RETAIN CURRENT PASSWORD`, [password])
      return
    }
    // The file's password may be the older of the two, if somebody went back to it: it is the one that stays.
    await run(`ALTER USER '${user}'@'${host}' IDENTIFIED BY ?`, [password])
    await run(`ALTER USER '${user}'@'${host}' DISCARD OLD PASSWORD`)
  })
}

/** ER_ACCESS_DENIED_ERROR, where a receiver tells why it is not connected. */
const DENIED = 1045

/**
 * Gives a replica's receiver the new password, which it needs at its next connection: stopped and started again if it runs. To be called where no
 * promotion can come between.
 * @returns false when it has to wait: a receiver that tries to reach a machine that is gone can't be stopped, and a promotion would wait too
 */
export async function renewSource(mysqld: Mysqld, password: string): Promise<boolean> {
  let done = true
  await mysqld.session(async (run) => {
    const [status] = await run('SHOW REPLICA STATUS')
    if (status === undefined || !status['Source_Host']) return
    const [kept] = await run("SELECT user_password word FROM mysql.slave_master_info WHERE channel_name = ''")
    if (kept?.['word'] === password) return
    const state = status['Replica_IO_Running']
    done = state !== 'Connecting' || Number(status['Last_IO_Errno']) === DENIED
    if (!done) return
    if (state !== 'No') await run('STOP REPLICA IO_THREAD')
    try {
      await run('CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = ?', [password])
    } finally {
      if (state !== 'No') await run('START REPLICA IO_THREAD')
    }
  })
  return done
}
