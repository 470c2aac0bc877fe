import { GtidSet } from '../gtid.js'
import type { MysqlState, ReplicaState } from '../state.js'
import type { Mysqld, Row } from './connection.js'

const STATE = `SELECT @@server_uuid uuid, @@global.gtid_executed executed, @@global.gtid_purged purged,
  @@global.read_only readOnly, @@global.super_read_only superReadOnly, @@global.offline_mode offline,
  @@global.rpl_semi_sync_source_enabled semiSync, @@global.rpl_semi_sync_source_wait_for_replica_count waitCount`

function text(row: Row | undefined, name: string): string {
  return String(row?.[name] ?? '')
}

function yes(row: Row | undefined, name: string): boolean {
  return Number(row?.[name]) === 1
}

function replicaState(row: Row | undefined): ReplicaState | undefined {
  if (row === undefined || text(row, 'Source_Host') === '') return undefined
  const receiver = text(row, 'Replica_IO_Running')
  const lag = row['Seconds_Behind_Source']
  return {
    host: text(row, 'Source_Host'),
    port: Number(row['Source_Port']),
    receiver: receiver === 'Yes' ? 'on' : receiver === 'Connecting' ? 'connecting' : 'off',
    applier: text(row, 'Replica_SQL_Running') === 'Yes',
    lagSeconds: lag === null || lag === undefined ? undefined : Number(lag),
    retrieved: GtidSet.parse(text(row, 'Retrieved_Gtid_Set')),
    error: text(row, 'Last_SQL_Error') || text(row, 'Last_IO_Error'),
  }
}

/**
 * One look at the mysqld beside this agent.
 * @throws when it doesn't answer
 */
export async function look(mysqld: Mysqld): Promise<MysqlState> {
  // The replica's position first: what it has retrieved can then only be less than what the rest shows.
  const [replica] = await mysqld.rows('SHOW REPLICA STATUS')
  const [row] = await mysqld.rows(STATE)
  const [clients] = await mysqld.rows("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_clients'")
  return {
    uuid: text(row, 'uuid'),
    executed: GtidSet.parse(text(row, 'executed')),
    purged: GtidSet.parse(text(row, 'purged')),
    readOnly: yes(row, 'readOnly'),
    superReadOnly: yes(row, 'superReadOnly'),
    offline: yes(row, 'offline'),
    replica: replicaState(replica),
    semiSync: {
      source: yes(row, 'semiSync'),
      waitCount: Number(row?.['waitCount'] ?? 0),
      replicas: Number(clients?.['Value'] ?? 0),
    },
  }
}

/** A state as the agents send it to each other. */
export interface WireState extends Omit<MysqlState, 'executed' | 'purged' | 'replica'> {
  readonly executed: string
  readonly purged: string
  readonly replica?: Omit<ReplicaState, 'retrieved'> & { readonly retrieved: string }
}

/** GTID sets become text by their toJSON; this is the way back. */
export function fromWire(wire: WireState): MysqlState {
  return {
    ...wire,
    executed: GtidSet.parse(wire.executed),
    purged: GtidSet.parse(wire.purged),
    replica: wire.replica && { ...wire.replica, retrieved: GtidSet.parse(wire.replica.retrieved) },
  }
}
