import type { PrimaryRecord } from '../state.js'
import type { Mysqld } from './connection.js'

const ORDINARY = `SELECT id FROM information_schema.processlist
  WHERE user NOT IN ('agent', 'root', 'replication', 'system user', 'event_scheduler', 'unauthenticated user')`

/** Closes the connections of ordinary accounts. */
async function closeConnections(
  run: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<void> {
  for (const row of await run(ORDINARY))
    // It may have gone by itself meanwhile: "unknown thread id" is what we want.
    await run(`KILL CONNECTION ${Number(row['id'] ?? row['ID'])}`).catch(() => undefined)
}

/**
 * Makes this instance read-only whatever is going on. Gently first: commits that get their acknowledgement end well, and the
 * replicas stay connected. When that takes longer than `patience` the hard way: connections of ordinary accounts are closed, so
 * that nobody can be told of a success any more, and only then are the commits released that wait for a replica; they
 * stay on this instance alone, which the comparison of GTIDs finds later.
 * @param patience seconds: at least 1, or 0 for the hard way at once
 */
export async function fence(mysqld: Mysqld, patience = 1): Promise<void> {
  await mysqld.session(async (run) => {
    const [state] = await run('SELECT @@global.super_read_only fenced')
    if (Number(state?.['fenced']) !== 1) {
      await run(`SET SESSION lock_wait_timeout = ${Math.max(1, Math.round(patience))}`)
      try {
        if (patience === 0) throw new Error('no time')
        await run('SET GLOBAL super_read_only = ON')
      } catch {
        await run('SET GLOBAL offline_mode = ON')
        await closeConnections(run)
        await run('SET GLOBAL rpl_semi_sync_source_enabled = OFF')
        await run('SET SESSION lock_wait_timeout = 10')
        await run('SET GLOBAL super_read_only = ON')
      }
    }
    await closeConnections(run)
  })
}

/**
 * The rest of a fence, which no successor waits for: switching the source side of semi-sync off takes mysqld up to a second. Only on an
 * instance that is read-only, and before anything else is done with it: a replica's applier would wait for acknowledgements.
 */
export async function afterFence(mysqld: Mysqld): Promise<void> {
  await mysqld.session(async (run) => {
    const [state] = await run('SELECT @@global.super_read_only fenced')
    if (Number(state?.['fenced']) !== 1) return
    await run('SET GLOBAL rpl_semi_sync_source_enabled = OFF')
    await run('SET GLOBAL offline_mode = OFF')
  })
}

/** Makes this instance writable, with semi-sync on before the first ordinary write can come. */
export async function lead(mysqld: Mysqld, waitCount: number): Promise<void> {
  await mysqld.session(async (run) => {
    await setWaitCount(mysqld, waitCount)
    await run('SET GLOBAL offline_mode = OFF')
    await run('SET GLOBAL super_read_only = OFF')
    await run('SET GLOBAL read_only = OFF')
  })
}

/** How many replicas a commit waits for; 0 switches semi-sync off. */
export async function setWaitCount(mysqld: Mysqld, waitCount: number): Promise<void> {
  await mysqld.session(async (run) => {
    if (waitCount > 0) {
      await run(`SET GLOBAL rpl_semi_sync_source_wait_for_replica_count = ${waitCount}`)
      await run('SET GLOBAL rpl_semi_sync_source_timeout = 4294967295')
      await run('SET GLOBAL rpl_semi_sync_source_enabled = ON')
    } else await run('SET GLOBAL rpl_semi_sync_source_enabled = OFF')
  })
}

/** Has the receiver try again at once: by itself it sleeps for CONNECT_RETRY_SECONDS after an attempt that failed. */
export async function reconnect(mysqld: Mysqld): Promise<void> {
  await mysqld.session(async (run) => {
    await run('STOP REPLICA IO_THREAD')
    await run('START REPLICA IO_THREAD')
  })
}

/** Stops receiving, so that a lost source can't collect a further acknowledgement from here. */
export async function stopReceiver(mysqld: Mysqld): Promise<void> {
  await mysqld.session(async (run) => {
    await run('STOP REPLICA IO_THREAD')
  })
}

/**
 * Waits until a GTID set is applied here.
 * @param seconds how long
 * @throws when it takes longer
 */
export async function waitFor(mysqld: Mysqld, set: string, seconds: number): Promise<void> {
  await mysqld.session(async (run) => {
    const [row] = await run('SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) late', [set, String(seconds)])
    if (Number(row?.['late']) !== 0) throw new Error(`not applied within ${seconds} s: ${set}`)
  })
}

/** Applies what was received, then forgets the source. */
export async function detach(mysqld: Mysqld, retrieved: string): Promise<void> {
  await mysqld.session(async (run) => {
    await run('STOP REPLICA IO_THREAD')
    await run('START REPLICA SQL_THREAD')
  })
  await waitFor(mysqld, retrieved, 60)
  await mysqld.session(async (run) => {
    await run('STOP REPLICA')
    await run('RESET REPLICA ALL')
  })
}

/**
 * How long a receiver sleeps after an attempt that failed; the agent wakes it when the primary answers. While it tries to reach a machine that
 * is gone, for replica_net_timeout, it can't be stopped: a promotion would wait for it. While it sleeps it can.
 */
const CONNECT_RETRY_SECONDS = 10
/** A primary with nothing to send gives a sign of life so often: well within replica_net_timeout. */
const HEARTBEAT_SECONDS = 0.5

/** Replicates from `source` by auto-position, over TLS, as the account `replication`. */
export async function follow(mysqld: Mysqld, source: PrimaryRecord, password: string): Promise<void> {
  await mysqld.session(async (run) => {
    await run('STOP REPLICA')
    await run(
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ${source.port}, SOURCE_USER = 'replication', SOURCE_PASSWORD = ?,
       SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = ${CONNECT_RETRY_SECONDS},
       SOURCE_RETRY_COUNT = 86400, SOURCE_HEARTBEAT_PERIOD = ${HEARTBEAT_SECONDS}`,
      [source.host, password],
    )
    await run('SET GLOBAL rpl_semi_sync_replica_enabled = ON')
    await run('START REPLICA')
  })
}
