import { expect } from 'chai'
import { Cgroup } from '../../../bootstrap/fleet/cgroup'
import { containerdConfig } from '../../../bootstrap/fleet/config/containerd'
import { consulConfig } from '../../../bootstrap/fleet/config/consul'
import { dockerConfig } from '../../../bootstrap/fleet/config/docker'
import { nomadConfig } from '../../../bootstrap/fleet/config/nomad'
import { registryConfig } from '../../../bootstrap/fleet/config/registry'
import { exampleFleet } from './example'

const fleet = exampleFleet()
const rendered = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("a node's Consul agent", () => {
  it('is one of three servers on nodes 1 to 3', () => {
    expect(rendered(consulConfig(fleet, 2))).to.deep.include({
      node_name: 'demo-2',
      bind_addr: '198.18.7.12',
      server: true,
      bootstrap_expect: 3,
      retry_join: ['198.18.7.11', '198.18.7.12', '198.18.7.13'],
      encrypt: 'consul-gossip',
    })
  })

  it('is a client elsewhere, and a client never sees the management token', () => {
    const config = rendered(consulConfig(fleet, 4))
    expect(config).to.deep.include({ server: false })
    expect(config).not.to.have.any.keys('bootstrap_expect', 'autopilot')
    expect(JSON.stringify(config)).not.to.contain('consul-management')
  })

  it('denies by default and gives nothing to those without a token', () => {
    expect(consulConfig(fleet, 1)).to.have.nested.include({ 'acl.enabled': true, 'acl.default_policy': 'deny' })
    expect(consulConfig(fleet, 1).acl).to.have.property('tokens').that.has.all.keys('initial_management', 'agent')
  })

  it('is the only server of a fleet of two', () => {
    expect(consulConfig(exampleFleet(2), 1)).to.deep.include({ bootstrap_expect: 1, retry_join: ['198.18.7.11'] })
    expect(consulConfig(exampleFleet(2), 2)).to.deep.include({ server: false })
  })
})

describe("a node's Nomad agent", () => {
  it('offers the node as the weakest one, less what its agents need', () => {
    expect(nomadConfig(fleet, 4).client).to.deep.include({
      network_interface: 'eth0',
      memory_total_mb: 2048,
      cpu_total_compute: 2660,
      reserved: { memory: 320, cpu: 260 },
      cni_path: '/opt/cni',
    })
  })

  it('has the three host volumes', () => {
    expect(nomadConfig(fleet, 4)).to.have.deep.nested.property('client.host_volume', {
      mysql: { path: '/state/demo/node-4/volumes/mysql' },
      cassandra: { path: '/state/demo/node-4/volumes/cassandra' },
      backup: { path: '/state/demo/node-4/volumes/backup' },
    })
  })

  it("talks to its own node's engine and takes the network's image from the registry", () => {
    expect(nomadConfig(fleet, 4)).to.have.nested.include({
      'plugin[0].docker.config.endpoint': 'unix:///state/demo/node-4/run/docker.sock',
      'plugin[0].docker.config.infra_image': '198.18.7.1:5117/pause:1',
      'plugin[0].docker.config.allow_privileged': false,
    })
  })

  it('is a server and a client on nodes 1 to 3, a client elsewhere', () => {
    expect(nomadConfig(fleet, 3)).to.have.nested.include({ 'server.enabled': true, 'server.bootstrap_expect': 3 })
    expect(nomadConfig(fleet, 3)).to.have.nested.include({ 'client.enabled': true })
    expect(nomadConfig(fleet, 4)).not.to.have.property('server')
  })

  it('gives workloads identities that Consul accepts, and no token of its own', () => {
    expect(nomadConfig(fleet, 4)).to.have.nested.include({
      'acl.enabled': true,
      'consul.service_identity.aud[0]': 'consul.io',
      'consul.task_identity.aud[0]': 'consul.io',
      'consul.token': 'nomad-agent',
    })
  })
})

describe("a node's Docker engine", () => {
  it('keeps everything in its own folders and its containers in the cgroup of the node', () => {
    expect(dockerConfig(fleet, 2, new Cgroup('/shoal/demo/node-2', 1))).to.deep.include({
      'data-root': '/state/demo/node-2/docker',
      'exec-root': '/state/demo/node-2/run/docker',
      hosts: ['unix:///state/demo/node-2/run/docker.sock'],
      'cgroup-parent': '/shoal/demo/node-2',
      'storage-driver': 'overlay2',
    })
  })

  it('has a containerd of its own, whatever the machine has', () => {
    const socket = '/state/demo/node-2/run/containerd.sock'
    expect(dockerConfig(fleet, 2, new Cgroup('/shoal/demo/node-2', 2))).to.include({ containerd: socket })
    expect(containerdConfig(fleet, 2).split('\n')).to.include.members([
      'version = 2',
      'root = "/state/demo/node-2/containerd"',
      'state = "/state/demo/node-2/run/containerd"',
      `address = "${socket}"`,
    ])
  })
})

describe('the image registry', () => {
  it("listens on the fleet's own address only", () => {
    expect(registryConfig(fleet)).to.have.nested.include({ 'http.addr': '198.18.7.1:5117' })
  })
})
