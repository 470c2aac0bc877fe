import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodePaths } from './paths.js'

/** Where CNI's host-local plugin notes which address it gave to whom: one folder for all nodes of this machine. */
const RESERVATIONS = '/var/lib/cni/networks/nomad'

/** Gives back the addresses of a node's allocations, which a killed node couldn't do by itself. */
export async function releaseAddresses(node: NodePaths, folder = RESERVATIONS): Promise<void> {
  const allocations = new Set(await readdir(join(node.nomad, 'alloc')).catch(() => []))
  if (allocations.size === 0) return
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^[0-9a-f.:]+$/.test(name)) continue
    const holder = await readFile(join(folder, name), 'utf8').catch(() => '')
    if (allocations.has(holder.split(/\s/)[0] ?? '')) await rm(join(folder, name), { force: true })
  }
}
