import { join } from 'node:path'
import { serverNumbers } from '../addresses.js'
import { NODE_MEMORY_MB } from '../cgroup.js'
import type { Fleet } from '../options.js'

/** 2 cores of 1330 MHz: the reference node. */
export const NODE_CPU_MHZ = 2660
/** What the node's own agents get; nothing is placed on it. */
export const RESERVED = { memory: 320, cpu: 260 } as const

/** Static host volumes that every node has. */
export const HOST_VOLUMES = ['mysql', 'cassandra', 'backup'] as const
/**
 * The first nodes are MySQL's homes: the job prefers them, so that a group that is deployed anew finds its data again.
 * Three, like the servers; what is beyond goes to any node.
 */
const MYSQL_HOMES = 3
/** The user that every container of ours runs as; the volumes belong to it. */
export const VOLUME_OWNER = { uid: 10001, gid: 10001 } as const

const WORKLOAD_AUDIENCE = 'consul.io'

/** The configuration of one node's Nomad agent. */
export function nomadConfig(fleet: Fleet, n: number): Record<string, unknown> {
  const { addresses, description, secrets, paths } = fleet
  const address = addresses.node(n)
  const identity = { aud: [WORKLOAD_AUDIENCE], ttl: '1h' }
  return {
    name: addresses.nodeName(n),
    region: 'global',
    datacenter: 'dc1',
    data_dir: paths.node(n).nomad,
    bind_addr: '0.0.0.0',
    advertise: { http: address, rpc: address, serf: address },
    // SIGTERM stops an agent that comes back; SIGINT is for one that doesn't (bootstrap/node wipe).
    leave_on_interrupt: true,
    leave_on_terminate: false,
    disable_update_check: true,
    log_level: 'INFO',
    acl: { enabled: true },
    // A server that lost power answers nothing, not even a reset: everybody's heartbeats that were on their way to or
    // through it hang until the connection is given up. Nomad's 30 s + 10 s would have every other node called down.
    rpc: { keep_alive_interval: '3s', connection_write_timeout: '3s' },
    limits: { http_max_conns_per_client: 1000, rpc_max_conns_per_client: 1000 },
    consul: {
      address: '127.0.0.1:8500',
      token: secrets.consulNomadToken,
      server_auto_join: false,
      client_auto_join: false,
      service_identity: identity,
      task_identity: identity,
    },
    telemetry: {
      prometheus_metrics: true,
      publish_allocation_metrics: true,
      publish_node_metrics: true,
      disable_hostname: true,
      collection_interval: '10s',
    },
    ...(serverNumbers(description.nodes).includes(n) ? { server: serverConfig(fleet) } : {}),
    client: clientConfig(fleet, n),
    plugin: [{ docker: { config: dockerPlugin(fleet, n) } }],
  }
}

function serverConfig({ addresses, description, secrets }: Fleet): Record<string, unknown> {
  const servers = serverNumbers(description.nodes)
  return {
    enabled: true,
    bootstrap_expect: servers.length,
    encrypt: secrets.nomadGossipKey,
    server_join: {
      retry_join: servers.map((server) => addresses.node(server)),
      retry_interval: '2s',
      retry_max: 0,
    },
    raft_multiplier: 3,
    // A client's TTL is min_heartbeat_ttl to twice that, then comes the grace: a dead node is down after 8 to 13 s. The grace
    // is longer than a server that has only just started holds a heartbeat because it knows no leader yet.
    min_heartbeat_ttl: '2s',
    heartbeat_grace: '9s',
    // The TTL that a new leader gives everybody. A client that starts during an election tries again after 15 to 30 s
    // only, and must not be called down meanwhile (all it runs would be started again elsewhere). Nomad's own 5 m would
    // hide for as long a node that died together with the leader on it.
    failover_heartbeat_ttl: '40s',
    job_gc_threshold: '12h',
    deployment_gc_threshold: '2h',
    eval_gc_threshold: '2h',
  }
}

function clientConfig({ addresses, description, paths }: Fleet, n: number): Record<string, unknown> {
  return {
    enabled: true,
    server_join: {
      retry_join: serverNumbers(description.nodes).map((server) => addresses.node(server)),
      retry_interval: '2s',
      retry_max: 0,
    },
    network_interface: 'eth0',
    memory_total_mb: NODE_MEMORY_MB,
    cpu_total_compute: NODE_CPU_MHZ,
    reserved: { memory: RESERVED.memory, cpu: RESERVED.cpu },
    cni_path: description.tools.cniPath,
    // A group may reach its own node's static port: through the bridge and back to itself.
    bridge_network_hairpin_mode: true,
    // Beside its data folder by default, which would be outside the folder that a wipe removes.
    alloc_mounts_dir: join(paths.node(n).nomad, 'alloc_mounts'),
    host_volume: Object.fromEntries(HOST_VOLUMES.map((name) => [name, { path: join(paths.node(n).volumes, name) }])),
    // Longer than Cassandra takes to drain.
    max_kill_timeout: '3m',
    // Virtual nodes share one disk, whose use says nothing about a node; few finished allocations are kept.
    gc_interval: '5m',
    gc_disk_usage_threshold: 95,
    gc_inode_usage_threshold: 95,
    gc_max_allocs: 30,
    gc_parallel_destroys: 1,
    template: {
      wait: { min: '1s', max: '10s' },
      // Without end: a task must not be killed because Consul or Nomad has no leader for a while.
      consul_retry: { attempts: 0, backoff: '250ms', max_backoff: '10s' },
      nomad_retry: { attempts: 0, backoff: '250ms', max_backoff: '10s' },
    },
    options: {
      'driver.allowlist': 'docker',
      // They ask a cloud's address at every start; one of them fails where AWS_CA_BUNDLE is set.
      'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean',
    },
    meta: { fleet: description.name, ...(n <= MYSQL_HOMES ? { mysql: 'home' } : {}) },
  }
}

function dockerPlugin({ description, paths }: Fleet, n: number): Record<string, unknown> {
  return {
    endpoint: `unix://${paths.node(n).dockerSocket}`,
    allow_privileged: false,
    volumes: { enabled: true },
    infra_image: description.infraImage,
    extra_labels: ['job_name', 'task_group_name', 'task_name', 'node_name'],
    // Images are kept: they share layers, and a node that needs one again must not have to wait for it.
    gc: { image: false, container: true },
    logging: { type: 'json-file', config: { 'max-size': '2m', 'max-file': '2' } },
  }
}
