/**
 * How many replicas must have a transaction on disk before its commit returns. Together with the primary that is a
 * majority of the group, so that any promotion which sees enough of the others sees every acknowledged transaction.
 * 1 -> 0 (nobody to wait for), 2 -> 1, 3 -> 1, 4 -> 2, 5 -> 2.
 */
export function waitCount(instances: number): number {
  return Math.floor(instances / 2)
}
