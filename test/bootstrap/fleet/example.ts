import { Addresses } from '../../../bootstrap/fleet/addresses'
import type { Fleet } from '../../../bootstrap/fleet/options'
import { FleetPaths } from '../../../bootstrap/fleet/paths'

/** A fleet that exists on paper only. */
export function exampleFleet(nodes = 5): Fleet {
  const tools = {
    nomad: '/bin/nomad',
    consul: '/bin/consul',
    dockerd: '/bin/dockerd',
    dockerRegistry: '/bin/registry',
    cniPath: '/opt/cni',
  }
  return {
    description: {
      name: 'demo',
      index: 7,
      nodes,
      tools,
      infraImage: '198.18.7.1:5117/pause:1',
      imagesFile: '/state/demo/images.json',
      publish: { site: 8080 },
      created: '2026-01-01T00:00:00.000Z',
    },
    secrets: {
      nomadToken: 'nomad-management',
      consulToken: 'consul-management',
      consulAgentToken: 'consul-agent',
      consulNomadToken: 'nomad-agent',
      consulGossipKey: 'consul-gossip',
      nomadGossipKey: 'nomad-gossip',
    },
    addresses: new Addresses('demo', 7),
    paths: new FleetPaths('demo', { SHOAL_STATE: '/state' }),
  }
}
