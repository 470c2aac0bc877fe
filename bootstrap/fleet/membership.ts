import { isServer } from './addresses.js'
import { agentAlive, agentPidFile } from './agents.js'
import { type Api, until } from './api.js'
import { consulApi, consulServer, nomadApi, nomadServer } from './clients.js'
import type { Fleet } from './options.js'
import { readIdentity, signal } from './processes.js'

/** Takes a running node out of Consul and Nomad in an orderly way; nothing happens where its agents don't run. */
export async function leave(fleet: Fleet, n: number): Promise<void> {
  const nomad = readIdentity(agentPidFile(fleet, n, 'nomad'))
  // Nomad leaves on SIGINT (leave_on_interrupt), Consul when it is asked; SIGTERM stops either without leaving.
  if (nomad && agentAlive(fleet, n, 'nomad')) signal(nomad.pid, 'SIGINT')
  await consulApi(fleet, n)
    .send('PUT', '/v1/agent/leave', undefined, 15_000)
    .catch(() => undefined)
  await Promise.all([ended(fleet, n, 'nomad'), ended(fleet, n, 'consul')])
}

/** An agent that doesn't end in time is killed with the rest of its node: leaving is a courtesy. */
const ended = (fleet: Fleet, n: number, agent: 'consul' | 'nomad'): Promise<unknown> =>
  until({ what: agent, seconds: 15, do: 'wait' }, async () => !agentAlive(fleet, n, agent) || undefined).catch(
    () => undefined,
  )

interface RaftConfiguration {
  readonly Servers: readonly { readonly ID: string; readonly Address: string }[]
}

interface ConsulMember {
  readonly Name: string
}

interface NomadMembers {
  readonly Members: readonly { readonly Name: string }[]
}

/**
 * Makes Consul and Nomad forget a dead node: its place in the gossip, its vote in each quorum, its entry. Waits until it
 * is so: a node that joins under the name of one that is still being removed would be removed in its place.
 */
export async function forget(fleet: Fleet, n: number): Promise<void> {
  const [consulAt, nomadAt] = await Promise.all([consulServer(fleet, n), nomadServer(fleet, n)])
  const wait = { seconds: 90, do: `see the members: nomad server members, consul members` }
  if (consulAt !== undefined) {
    const consul = consulApi(fleet, consulAt)
    await until({ ...wait, what: 'Consul to forget the node' }, () => forgottenByConsul(fleet, n, consul))
  }
  if (nomadAt !== undefined) {
    const nomad = nomadApi(fleet, nomadAt)
    await until({ ...wait, what: 'Nomad to forget the node' }, () => forgottenByNomad(fleet, n, nomad))
  }
}

async function forgottenByConsul(fleet: Fleet, n: number, consul: Api): Promise<true | undefined> {
  const name = fleet.addresses.nodeName(n)
  const members = await consul.get<ConsulMember[]>('/v1/agent/members')
  if (members.some((member) => member.Name === name)) {
    await consul.send('PUT', `/v1/agent/force-leave/${name}?prune`)
    throw new Error(`${name} is still a member`)
  }
  await removePeer(fleet, n, consul)
  await consul.send('PUT', '/v1/catalog/deregister', { Datacenter: 'dc1', Node: name })
  return true
}

async function forgottenByNomad(fleet: Fleet, n: number, nomad: Api): Promise<true | undefined> {
  const name = fleet.addresses.nodeName(n)
  if (isServer(n, fleet.description.nodes)) {
    const { Members: members } = await nomad.get<NomadMembers>('/v1/agent/members')
    if (members.some((member) => member.Name === `${name}.global`)) {
      await nomad.send('PUT', `/v1/agent/force-leave?node=${name}.global&prune=true`)
      throw new Error(`${name} is still a server`)
    }
    await removePeer(fleet, n, nomad)
  }
  const nodes = await nomad.get<{ ID: string; Name: string }[]>('/v1/nodes')
  for (const node of nodes) if (node.Name === name) await nomad.send('PUT', `/v1/node/${node.ID}/purge`)
  return true
}

/** Both have the same API for it. */
async function removePeer(fleet: Fleet, n: number, api: Api): Promise<void> {
  const raft = await api.get<RaftConfiguration>('/v1/operator/raft/configuration')
  const peer = raft.Servers.find((one) => one.Address.startsWith(`${fleet.addresses.node(n)}:`))
  if (peer) await api.send('DELETE', `/v1/operator/raft/peer?id=${peer.ID}`)
}
