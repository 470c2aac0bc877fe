import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ensureAgent, stopAgent } from './agents.js'
import { until } from './api.js'
import { leaderOf, nomadApi } from './clients.js'
import { isServer, serverNumbers } from './addresses.js'
import type { Fleet, Progress } from './options.js'
import { refused } from './registration-log.js'

interface AgentSelf {
  readonly stats: { readonly client?: { readonly heartbeat_ttl: string } }
}

/** Those of the nodes whose Nomad client has registered since it started: the servers still call one ready that is just restarting. */
export async function registered(fleet: Fleet, numbers: readonly number[], timeout = 5000): Promise<number[]> {
  const answers = await Promise.all(numbers.map((n) => nomadApi(fleet, n).try<AgentSelf>('/v1/agent/self', timeout)))
  return numbers.filter((_, i) => (answers[i]?.stats.client?.heartbeat_ttl ?? '0s') !== '0s')
}

/**
 * Waits until the nodes' Nomad clients have registered, and starts those again that were refused. A client whose first attempt
 * comes while there is no leader, or a new one that has no keys yet, tries again after 15 to 30 s only, which is fixed in
 * Nomad. For agents that were started just now; returns after 20 s in any case.
 */
export async function hastenRegistration(fleet: Fleet, numbers: readonly number[], progress: Progress): Promise<void> {
  const deadline = Date.now() + 20_000
  let waiting = [...numbers]
  const restarted = new Set<number>()
  while (waiting.length > 0 && Date.now() < deadline) {
    const done = await registered(fleet, waiting, 500)
    waiting = waiting.filter((n) => !done.includes(n))
    // One by one, so that the servers keep their quorum.
    for (const n of waiting.filter((one) => !restarted.has(one))) {
      if (!refused(await logOf(fleet, n))) continue
      restarted.add(n)
      await handOver(fleet, n)
      await stopAgent(fleet, n, 'nomad')
      await ensureAgent(fleet, n, 'nomad')
      progress(`${fleet.addresses.nodeName(n)} registered before the new leader was ready; its Nomad starts again`)
      if (isServer(n, fleet.description.nodes)) await follows(fleet, n)
    }
    await delay(200)
  }
}

const logOf = (fleet: Fleet, n: number): Promise<string> =>
  readFile(join(fleet.paths.node(n).log, 'nomad.log'), 'utf8').catch(() => '')

/** Gives the lead to another server where this one has it: an election would take seconds. */
async function handOver(fleet: Fleet, n: number): Promise<void> {
  const servers = serverNumbers(fleet.description.nodes)
  if (servers.length < 2 || (await leaderOf(fleet, 'nomad')) !== n) return
  const nomad = nomadApi(fleet, n)
  const raft = await nomad.try<{ Servers: readonly { readonly ID: string; readonly Leader: boolean }[] }>(
    '/v1/operator/raft/configuration',
  )
  const other = raft?.Servers.find((server) => !server.Leader)
  if (other === undefined) return
  await nomad.send('PUT', `/v1/operator/raft/transfer-leadership?id=${other.ID}`).catch(() => undefined)
}

const follows = (fleet: Fleet, n: number): Promise<unknown> =>
  until(
    {
      what: `Nomad's server on ${fleet.addresses.nodeName(n)}`,
      seconds: 60,
      do: `read ${fleet.paths.node(n).log}/nomad.log`,
    },
    async () => (await nomadApi(fleet, n).get<string>('/v1/status/leader')) || undefined,
  )
