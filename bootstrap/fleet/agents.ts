import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { nodeCgroup } from './cgroup.js'
import { containerdConfig } from './config/containerd.js'
import { consulConfig } from './config/consul.js'
import { dockerConfig } from './config/docker.js'
import { nomadConfig } from './config/nomad.js'
import { namespacePath } from './network.js'
import type { Fleet } from './options.js'
import { type Daemon, isAlive, readIdentity, startDaemon, stopProcess } from './processes.js'

/** What runs on every node beside its containers, in the order in which it starts. */
export const AGENTS = ['containerd', 'docker', 'consul', 'nomad'] as const
export type AgentName = (typeof AGENTS)[number]

/**
 * Small heaps: the Go programs of a node share 320 MB. GOGC below 100 collects more often, GOMEMLIMIT collects harder
 * as the heap nears it (it is no hard limit), GOMAXPROCS is the node's own number of cores, whatever the host has.
 * Nomad's helpers for each task (logmon, docker_logger) inherit Nomad's.
 */
const GO: Record<AgentName, Record<string, string>> = {
  containerd: { GOMAXPROCS: '2', GOGC: '40', GOMEMLIMIT: '96MiB' },
  docker: { GOMAXPROCS: '2', GOGC: '40', GOMEMLIMIT: '96MiB' },
  consul: { GOMAXPROCS: '2', GOGC: '40', GOMEMLIMIT: '96MiB' },
  nomad: { GOMAXPROCS: '2', GOGC: '40', GOMEMLIMIT: '128MiB' },
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export const agentPidFile = (fleet: Fleet, n: number, agent: AgentName): string =>
  join(fleet.paths.node(n).run, `${agent}.pid`)

/** Its configuration (file and content) and how it is started. */
export function agentDaemon(fleet: Fleet, n: number, agent: AgentName): Daemon & { config: string; content: string } {
  const { tools } = fleet.description
  const node = fleet.paths.node(n)
  const cgroup = nodeCgroup(fleet.description.name, n)
  const config = join(node.run, agent === 'containerd' ? 'containerd.toml' : `${agent}.json`)
  const [content, command] = {
    // From the folder of dockerd or the system's: see PATH below.
    containerd: () => [containerdConfig(fleet, n), ['containerd', '--config', config]] as const,
    docker: () => [json(dockerConfig(fleet, n, cgroup)), [tools.dockerd, '--config-file', config]] as const,
    consul: () => [json(consulConfig(fleet, n)), [tools.consul, 'agent', '-config-file', config]] as const,
    nomad: () => [json(nomadConfig(fleet, n)), [tools.nomad, 'agent', '-config', config]] as const,
  }[agent]()
  // nsenter and not `ip netns exec`: that mounts a new /sys, in which dockerd finds no cgroups.
  const inside = ['nsenter', `--net=${namespacePath(fleet.addresses, n)}`, ...command]
  return {
    config,
    content,
    pidFile: agentPidFile(fleet, n, agent),
    logFile: join(node.log, `${agent}.log`),
    command: inside,
    // Nomad's helpers leave a socket each where they are killed.
    env: { PATH: `${dirname(tools.dockerd)}:${SYSTEM_PATH}`, HOME: '/root', TMPDIR: node.tmp, ...GO[agent] },
    cgroups: [cgroup.procs],
    fingerprint: createHash('sha256').update(content).update(inside.join('\0')).digest('hex').slice(0, 16),
  }
}

const json = (value: unknown): string => JSON.stringify(value, null, 2) + '\n'

const isEngine = (agent: AgentName): boolean => agent === 'docker' || agent === 'containerd'

export const agentAlive = (fleet: Fleet, n: number, agent: AgentName): boolean =>
  isAlive(readIdentity(agentPidFile(fleet, n, agent)))

/** Whether the agent runs with the configuration that it would get now. */
export const agentIsCurrent = (fleet: Fleet, n: number, agent: AgentName): boolean =>
  readIdentity(agentPidFile(fleet, n, agent))?.fingerprint === agentDaemon(fleet, n, agent).fingerprint

/**
 * Starts the agent where it doesn't run, and again where its configuration has changed. A changed Docker engine (containerd
 * is a part of it) waits for the next start of its node, because its containers would end with it.
 *
 * @returns whether it was started
 */
export async function ensureAgent(fleet: Fleet, n: number, agent: AgentName): Promise<boolean> {
  const daemon = agentDaemon(fleet, n, agent)
  const running = readIdentity(daemon.pidFile)
  if (isAlive(running)) {
    if (running.fingerprint === daemon.fingerprint || isEngine(agent)) return false
    await stopProcess(daemon.pidFile, 15)
  }
  // Consul and Nomad have tokens and gossip keys in theirs.
  await writeFile(daemon.config, daemon.content, { mode: 0o600 })
  await mkdir(fleet.paths.node(n).tmp, { recursive: true, mode: 0o700 })
  await startDaemon(daemon)
  return true
}

export const stopAgent = (fleet: Fleet, n: number, agent: AgentName): Promise<void> =>
  stopProcess(agentPidFile(fleet, n, agent), agent === 'docker' ? 40 : 10)
