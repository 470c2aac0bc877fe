import { mkdir } from 'node:fs/promises'
import { ensureConsulAcl, ensureNomadAcl, ensureWorkloadLogin } from './acl.js'
import { agentAlive, agentIsCurrent, ensureAgent } from './agents.js'
import { until } from './api.js'
import { consulApi, consulServer, leaderOf } from './clients.js'
import { give } from '../caller.js'
import { Problem } from '../problem.js'
import { ensureRegistry, ensureSite } from './host-services.js'
import { withLock } from './lock.js'
import { ensureBridge } from './network.js'
import { nodeRuns, prepareNode } from './node.js'
import type { Fleet, FleetOptions, Progress } from './options.js'
import { nodesReady } from './readiness.js'
import { hastenRegistration } from './registration.js'
import { describeFleet, nodeNumbers } from './state.js'
import { engineAnswers, removeSandboxes } from './engine.js'
import { FleetPaths } from './paths.js'

/**
 * Brings up what is missing of a fleet and leaves alone what runs. Returns when every node is ready in Nomad and alive
 * in Consul. Can be interrupted and repeated at any point.
 *
 * @throws Problem for a bad option, another command at work, a taken port, or what doesn't come up in time.
 */
export async function upFleet(options: FleetOptions): Promise<Fleet> {
  requireRoot(options.name)
  return withLock(new FleetPaths(options.name).lock, async () => {
    const fleet = await describeFleet(options)
    const progress = options.onProgress ?? (() => undefined)
    await mkdir(fleet.paths.terraform, { recursive: true, mode: 0o700 })
    // Who brings a fleet up is who may deploy to it. Root without sudo leaves that as it is.
    await give(fleet.paths.terraform)
    await ensureBridge(fleet.addresses)
    await ensureRegistry(fleet)
    // Before the nodes, which take longer: a port that is taken is told at once.
    await ensureSite(fleet)
    await ensureNodes(fleet, nodeNumbers(fleet), progress)
    return fleet
  })
}

/** @throws Problem when this isn't root. */
export function requireRoot(name: string): void {
  if (process.geteuid?.() === 0) return
  throw new Problem({
    what: `fleet '${name}': networks, cgroups and Docker engines need root`,
    given: `user ${process.geteuid?.() ?? 'unknown'}`,
    allowed: 'root',
    do: 'run it with sudo',
  })
}

/**
 * Starts the given nodes and waits until they are ready. All engines and Consul agents first, then all Nomad agents at
 * once: after a stop of the whole fleet a new Nomad leader gives the others only seconds to show up.
 */
export async function ensureNodes(fleet: Fleet, numbers: readonly number[], progress: Progress): Promise<void> {
  const missing = numbers.filter((n) => !nodeRuns(fleet, n))
  for (const n of numbers) if (!nodeRuns(fleet, n)) await prepareNode(fleet, n)
  const engines = missing.filter((n) => !agentAlive(fleet, n, 'docker'))
  // The engine waits for its containerd; one that lost it finds the new one by itself.
  await Promise.all(missing.map((n) => ensureAgent(fleet, n, 'containerd')))
  await Promise.all(engines.map((n) => ensureAgent(fleet, n, 'docker')))
  const consuls = await startAgents(fleet, numbers, 'consul', progress)
  if (missing.length > 0) progress(`engines and Consul agents started on ${names(fleet, missing)}`)
  const complete = !consuls && (await hasWorkloadLogin(fleet))
  if (!complete) await ensureConsulAcl(fleet)
  await Promise.all(missing.map((n) => engineReady(fleet, n)))
  const nomads = numbers.filter((n) => !agentAlive(fleet, n, 'nomad'))
  // Not only of the engines that were started now: a run before this one may have come no further.
  for (const n of nomads) await removeSandboxes(fleet.paths.node(n).dockerSocket)
  await startAgents(fleet, numbers, 'nomad', progress)
  await ensureNomadAcl(fleet)
  if (!complete) {
    await ensureWorkloadLogin(fleet)
    progress('Consul has its policies and trusts the identities that Nomad signs')
  }
  await hastenRegistration(fleet, nomads, progress)
  await nodesReady(fleet, numbers)
  progress(`${names(fleet, numbers)} ready`)
}

const names = (fleet: Fleet, numbers: readonly number[]): string =>
  numbers.map((n) => fleet.addresses.nodeName(n)).join(', ')

/**
 * Missing agents start together. Those whose configuration has changed restart one by one, the leader last, each ready
 * before the next.
 *
 * @returns whether any was started
 */
async function startAgents(
  fleet: Fleet,
  numbers: readonly number[],
  agent: 'consul' | 'nomad',
  progress: Progress,
): Promise<boolean> {
  const missing = numbers.filter((n) => !agentAlive(fleet, n, agent))
  const outdated = numbers.filter((n) => !missing.includes(n) && !agentIsCurrent(fleet, n, agent))
  await Promise.all(missing.map((n) => ensureAgent(fleet, n, agent)))
  const leader = outdated.length > 0 ? await leaderOf(fleet, agent) : undefined
  for (const n of [...outdated.filter((n) => n !== leader), ...outdated.filter((n) => n === leader)]) {
    await ensureAgent(fleet, n, agent)
    progress(`${agent} on ${fleet.addresses.nodeName(n)} restarted with its new configuration`)
    await (agent === 'nomad' ? nodesReady(fleet, [n]) : consulFollows(fleet, n))
  }
  return missing.length + outdated.length > 0
}

/** The agent answers, and knows a leader again. */
const consulFollows = (fleet: Fleet, n: number): Promise<unknown> =>
  until(
    { what: `Consul on ${fleet.addresses.nodeName(n)}`, seconds: 60, do: logs(fleet, n, 'consul') },
    async () => (await consulApi(fleet, n).get<string>('/v1/status/leader')) || undefined,
  )

async function hasWorkloadLogin(fleet: Fleet): Promise<boolean> {
  const server = await consulServer(fleet)
  if (server === undefined) return false
  return (await consulApi(fleet, server).try('/v1/acl/auth-method/nomad-workloads')) !== undefined
}

const logs = (fleet: Fleet, n: number, agent: string): string => `read ${fleet.paths.node(n).log}/${agent}.log`

async function engineReady(fleet: Fleet, n: number): Promise<void> {
  const what = `the Docker engine of ${fleet.addresses.nodeName(n)}`
  await until({ what, seconds: 90, do: logs(fleet, n, 'docker') }, async () => {
    if (!agentAlive(fleet, n, 'docker')) throw new Error('dockerd has ended')
    return (await engineAnswers(fleet.paths.node(n).dockerSocket)) || undefined
  })
}
