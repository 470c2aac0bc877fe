import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Fleet } from './fleet'

/** A mysqld of the fleet, as its socket shows it: a socket is reached whatever the network does. */
export interface Instance {
  readonly node: number
  /** Name of its node, which is the name of the instance. */
  readonly name: string
  readonly allocation: string
  readonly socket: string
}

const folders = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** Every allocation that has a mysqld's socket, also those that Nomad believes to be lost: their mysqld may run. */
export function findInstances(fleet: Fleet): Instance[] {
  return fleet.nodes.flatMap((node) => {
    const allocations = join(fleet.folder(node), 'nomad', 'alloc')
    return folders(allocations)
      .map((allocation) => ({ allocation, socket: join(allocations, allocation, 'alloc', 'mysqld.sock') }))
      .filter(({ socket }) => existsSync(socket))
      .map((found) => ({ node, name: fleet.nodeName(node), ...found }))
  })
}

/** Where an allocation's mysqld listens, whether it is there or not. */
export const instanceOf = (fleet: Fleet, node: number, allocation: string): Instance => ({
  node,
  name: fleet.nodeName(node),
  allocation,
  socket: join(fleet.folder(node), 'nomad', 'alloc', allocation, 'alloc', 'mysqld.sock'),
})
