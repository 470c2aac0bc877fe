import type { GtidSet } from './gtid.js'
import { received, receivesFrom, type Member, type Peer } from './state.js'

/**
 * How many replicas must have a transaction on disk before its commit returns. Together with the primary that is a
 * majority of the group, so that any promotion which sees enough of the others sees every acknowledged transaction.
 * 1 -> 0 (nobody to wait for), 2 -> 1, 3 -> 1, 4 -> 2, 5 -> 2.
 */
export function waitCount(instances: number): number {
  return Math.floor(instances / 2)
}

/** How many of these receive from the primary and have received a set of its transactions. */
export function followersWith(set: GtidSet, primary: Member, peers: readonly Peer[]): number {
  return peers.filter(({ answer }) => {
    const mysql = answer?.mysql
    return mysql !== undefined && receivesFrom(mysql, primary) && received(mysql).contains(set)
  }).length
}
