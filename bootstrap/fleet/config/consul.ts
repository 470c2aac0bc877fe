import { serverNumbers } from '../addresses.js'
import type { Fleet } from '../options.js'

/** The configuration of one node's Consul agent. */
export function consulConfig(fleet: Fleet, n: number): Record<string, unknown> {
  const { addresses, description, secrets, paths } = fleet
  const servers = serverNumbers(description.nodes)
  const isServer = servers.includes(n)
  return {
    node_name: addresses.nodeName(n),
    datacenter: 'dc1',
    data_dir: paths.node(n).consul,
    bind_addr: addresses.node(n),
    advertise_addr: addresses.node(n),
    client_addr: '0.0.0.0',
    server: isServer,
    ...(isServer ? { bootstrap_expect: servers.length } : {}),
    retry_join: servers.map((server) => addresses.node(server)),
    retry_interval: '2s',
    encrypt: secrets.consulGossipKey,
    // A node that is stopped comes back: it stays a member, and a server stays in the quorum.
    leave_on_terminate: false,
    skip_leave_on_interrupt: true,
    // Between 1 (fast machines of its own) and Consul's default of 5: a new leader within some 5 s.
    performance: { raft_multiplier: 2 },
    // A node without power is found in some 5 s instead of 8: what waits for its session (MySQL's lock) waits less.
    gossip_lan: { probe_interval: '700ms', probe_timeout: '400ms', suspicion_mult: 4 },
    autopilot: isServer
      ? { cleanup_dead_servers: true, min_quorum: servers.length, last_contact_threshold: '1s' }
      : undefined,
    acl: {
      enabled: true,
      default_policy: 'deny',
      down_policy: 'extend-cache',
      enable_token_persistence: true,
      tokens: {
        ...(isServer ? { initial_management: secrets.consulToken } : {}),
        agent: secrets.consulAgentToken,
      },
    },
    ui_config: { enabled: true },
    connect: { enabled: false },
    peering: { enabled: false },
    // Every task on a node asks through the same agent, many of them with blocking queries.
    limits: { http_max_conns_per_client: 1000 },
    ports: { grpc: -1, grpc_tls: -1 },
    telemetry: { prometheus_retention_time: '60s', disable_hostname: true },
    disable_update_check: true,
    log_level: 'INFO',
  }
}
