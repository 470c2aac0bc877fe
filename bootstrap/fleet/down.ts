import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { agentAlive, AGENTS, stopAgent } from './agents.js'
import { checkFleetName } from './addresses.js'
import { fleetCgroup, nodeCgroup } from './cgroup.js'
import { stopHostServices } from './host-services.js'
import { withLock } from './lock.js'
import { removeBridge, removeNodeNetwork } from './network.js'
import { crashNode, eraseNode, nodeHasProcesses, tidyNode } from './node.js'
import type { Fleet, Progress } from './options.js'
import { FleetPaths } from './paths.js'
import { findFleet, nodeNumbers } from './state.js'
import { requireRoot } from './up.js'

export interface DownOptions {
  /** Removes all data of the fleet as well, volumes included. @default false */
  readonly purge?: boolean
  readonly onProgress?: Progress
}

/**
 * Stops everything of a fleet; without `purge` its data stays for the next `upFleet`. Safe when it is half up or not
 * there at all.
 *
 * @returns whether there was a fleet of this name
 */
export async function downFleet(name: string, options: DownOptions = {}): Promise<boolean> {
  const paths = new FleetPaths(checkFleetName(name))
  requireRoot(name)
  const progress = options.onProgress ?? (() => undefined)
  return withLock(paths.lock, async () => {
    const fleet = await findFleet(name)
    if (fleet) {
      // What is removed needs no orderly end.
      if (options.purge) await cutPower(fleet, progress)
      await stopFleet(fleet, progress)
    }
    if (options.purge && existsSync(paths.root)) {
      await eraseNodes(fleet)
      await rm(paths.root, { recursive: true, force: true, maxRetries: 5 })
      progress('data removed')
    }
    return fleet !== undefined
  })
}

async function cutPower(fleet: Fleet, progress: Progress): Promise<void> {
  const numbers = nodeNumbers(fleet).filter((n) => nodeHasProcesses(fleet, n))
  await Promise.all(numbers.map((n) => crashNode(fleet, n)))
  if (numbers.length > 0) progress(`${numbers.length} nodes without power`)
}

async function stopFleet(fleet: Fleet, progress: Progress): Promise<void> {
  const numbers = nodeNumbers(fleet)
  // Nomad first: it would start again what the engines stop. The engines then end the containers in an orderly way.
  for (const agent of [...AGENTS].sort(byStopOrder)) {
    const running = numbers.filter((n) => agentAlive(fleet, n, agent))
    await Promise.all(numbers.map((n) => stopAgent(fleet, n, agent)))
    if (running.length > 0) progress(`${agent} stopped on ${running.length} of ${numbers.length} nodes`)
  }
  for (const n of numbers) {
    if (nodeHasProcesses(fleet, n)) await nodeCgroup(fleet.description.name, n).kill()
    await tidyNode(fleet, n)
    await removeNodeNetwork(fleet.addresses, n)
  }
  await stopHostServices(fleet)
  await removeBridge(fleet.addresses)
  await rm(fleet.paths.run, { recursive: true, force: true })
  await fleetCgroup(fleet.description.name).remove()
}

const STOP_ORDER = ['nomad', 'docker', 'containerd', 'consul']
const byStopOrder = (a: string, b: string): number => STOP_ORDER.indexOf(a) - STOP_ORDER.indexOf(b)

async function eraseNodes(fleet: Fleet | undefined): Promise<void> {
  if (fleet) await Promise.all(nodeNumbers(fleet).map((n) => eraseNode(fleet, n)))
}
