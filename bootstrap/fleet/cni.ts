import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodePaths } from './paths.js'

/** Where CNI's plugins note what they gave to whom: one place for all nodes of this machine. */
export interface CniFolders {
  /** A file for each address, which holds the allocation's id. */
  readonly reservations: string
  /** A file for each allocation: `nomad-<id>-eth0`. */
  readonly results: string
}

const FOLDERS: CniFolders = { reservations: '/run/cni/nomad', results: '/var/lib/cni/results' }

/** Gives back the addresses of a node's allocations, which a killed node couldn't do by itself. */
export async function releaseAddresses(node: NodePaths, folders: CniFolders = FOLDERS): Promise<void> {
  const allocations = new Set(await readdir(join(node.nomad, 'alloc')).catch(() => []))
  if (allocations.size === 0) return
  for (const name of await readdir(folders.reservations).catch(() => [])) {
    if (!/^[0-9a-f.:]+$/.test(name)) continue
    const file = join(folders.reservations, name)
    const holder = await readFile(file, 'utf8').catch(() => '')
    if (allocations.has(holder.split(/\s/)[0] ?? '')) await rm(file, { force: true })
  }
  for (const id of allocations) await rm(join(folders.results, `nomad-${id}-eth0`), { force: true })
}
