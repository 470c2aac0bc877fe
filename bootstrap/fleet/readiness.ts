import { consulApi, consulServer, nomadApi, nomadServer } from './clients.js'
import { until } from './api.js'
import type { Fleet } from './options.js'
import { registered } from './registration.js'

interface NodeStub {
  readonly Name: string
  readonly Status: string
  readonly Drivers: Record<string, { readonly Healthy: boolean } | undefined>
}

interface NodeHealth {
  readonly Node: string
  readonly Status: string
}

/** Waits until the nodes are ready in Nomad, with a healthy Docker driver, and alive in Consul. */
export async function nodesReady(fleet: Fleet, numbers: readonly number[]): Promise<void> {
  const names = numbers.map((n) => fleet.addresses.nodeName(n))
  const wait = {
    what: `${names.join(', ')} to be ready`,
    seconds: 120,
    do: `read ${fleet.paths.root}/node-*/log/*.log`,
  }
  await until(wait, async () => {
    const [ready, alive, here] = await Promise.all([
      readyInNomad(fleet),
      aliveInConsul(fleet),
      registered(fleet, numbers).then((done) => done.map((n) => fleet.addresses.nodeName(n))),
    ])
    const late = names.filter((name) => !ready.includes(name) || !alive.includes(name) || !here.includes(name))
    if (late.length === 0) return true
    throw new Error(`not ready: ${late.join(', ')}`)
  })
}

async function readyInNomad(fleet: Fleet): Promise<string[]> {
  const server = await nomadServer(fleet)
  if (server === undefined) throw new Error('Nomad has no leader')
  const nodes = await nomadApi(fleet, server).get<NodeStub[]>('/v1/nodes')
  return nodes.filter((one) => one.Status === 'ready' && one.Drivers.docker?.Healthy).map((one) => one.Name)
}

async function aliveInConsul(fleet: Fleet): Promise<string[]> {
  const server = await consulServer(fleet)
  if (server === undefined) throw new Error('Consul has no leader')
  const checks = await consulApi(fleet, server).get<NodeHealth[]>('/v1/health/state/any?filter=CheckID==serfHealth')
  return checks.filter((one) => one.Status === 'passing').map((one) => one.Node)
}
