import { isServer, serverNumbers } from './addresses.js'
import { consulServer, nomadServer } from './clients.js'
import { Problem } from '../problem.js'
import { withLock } from './lock.js'
import { forget, leave } from './membership.js'
import { ensureBridge } from './network.js'
import { crashNode, eraseNode, nodeRuns } from './node.js'
import type { Fleet, Progress } from './options.js'
import { checkNodeNumber } from './state.js'
import { ensureNodes, requireRoot } from './up.js'

const quiet: Progress = () => undefined

/** Cuts the node's power: SIGKILL to everything on it, containers included, and its cable pulled. Its data stays. */
export async function killNode(fleet: Fleet, n: number): Promise<void> {
  await alone(fleet, n, () => crashNode(fleet, n))
}

/** Starts a node that was killed, or what of it is missing, and waits until it is ready. */
export async function startNode(fleet: Fleet, n: number, progress: Progress = quiet): Promise<void> {
  await alone(fleet, n, async () => {
    await ensureBridge(fleet.addresses)
    await ensureNodes(fleet, [n], progress)
  })
}

/**
 * Gives the node an empty disk: takes it out of Consul and Nomad, stops it, removes its data with its volumes, and starts
 * it. It rejoins under its old name.
 *
 * @throws Problem when the rest of the fleet has no quorum, because the only copy of the cluster's state may be here
 */
export async function wipeNode(fleet: Fleet, n: number, progress: Progress = quiet): Promise<void> {
  await alone(fleet, n, async () => {
    await refuseLastCopy(fleet, n)
    const name = fleet.addresses.nodeName(n)
    await leave(fleet, n)
    await crashNode(fleet, n)
    await eraseNode(fleet, n)
    progress(`${name} is empty`)
    await forget(fleet, n)
    progress(`Consul and Nomad have forgotten the old ${name}`)
    await ensureNodes(fleet, [n], progress)
  })
}

async function alone(fleet: Fleet, n: number, work: () => Promise<void>): Promise<void> {
  requireRoot(fleet.description.name)
  checkNodeNumber(fleet, n)
  await withLock(fleet.paths.lock, work)
}

async function refuseLastCopy(fleet: Fleet, n: number): Promise<void> {
  const servers = serverNumbers(fleet.description.nodes)
  if (!isServer(n, fleet.description.nodes)) return
  const others = servers.filter((server) => server !== n && nodeRuns(fleet, server))
  const quorum = Math.floor(servers.length / 2) + 1
  const led = (await consulServer(fleet, n)) !== undefined && (await nomadServer(fleet, n)) !== undefined
  if (others.length >= quorum && led) return
  throw new Problem({
    what: `fleet '${fleet.description.name}': wiping ${fleet.addresses.nodeName(n)} would lose the state of Consul and Nomad`,
    given: `${others.length} other servers run, and a quorum is ${quorum}`,
    allowed: 'a server is wiped only while the others are a quorum',
    do: 'start the others first: bootstrap/node start N (or make the fleet anew: bootstrap/down --purge)',
  })
}
