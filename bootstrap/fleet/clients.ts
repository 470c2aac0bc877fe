import { Api } from './api.js'
import { serverNumbers } from './addresses.js'
import type { Fleet } from './options.js'

export const consulUrl = (fleet: Fleet, n: number): string => `http://${fleet.addresses.node(n)}:8500`
export const nomadUrl = (fleet: Fleet, n: number): string => `http://${fleet.addresses.node(n)}:4646`

export const consulApi = (fleet: Fleet, n: number): Api =>
  new Api(consulUrl(fleet, n), 'X-Consul-Token', fleet.secrets.consulToken)

export const nomadApi = (fleet: Fleet, n: number): Api =>
  new Api(nomadUrl(fleet, n), 'X-Nomad-Token', fleet.secrets.nomadToken)

/** The first server whose API answers and knows a leader; `avoid` is asked last. */
async function firstWithLeader(fleet: Fleet, api: typeof consulApi, avoid?: number): Promise<number | undefined> {
  const servers = serverNumbers(fleet.description.nodes)
  const answers = await Promise.all(servers.map((n) => api(fleet, n).try<string>('/v1/status/leader', 1500)))
  const led = servers.filter((_, i) => Boolean(answers[i]))
  return led.find((n) => n !== avoid) ?? led[0]
}

export const consulServer = (fleet: Fleet, avoid?: number): Promise<number | undefined> =>
  firstWithLeader(fleet, consulApi, avoid)

export const nomadServer = (fleet: Fleet, avoid?: number): Promise<number | undefined> =>
  firstWithLeader(fleet, nomadApi, avoid)

/** The number of the node whose agent leads, or undefined where none does. */
export async function leaderOf(fleet: Fleet, agent: 'consul' | 'nomad'): Promise<number | undefined> {
  const server = await (agent === 'consul' ? consulServer(fleet) : nomadServer(fleet))
  if (server === undefined) return undefined
  const api = agent === 'consul' ? consulApi(fleet, server) : nomadApi(fleet, server)
  const leader = await api.try<string>('/v1/status/leader', 1500)
  return serverNumbers(fleet.description.nodes).find((n) => leader?.startsWith(`${fleet.addresses.node(n)}:`))
}
