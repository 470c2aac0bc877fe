import type { Cgroup } from '../cgroup.js'
import type { Fleet } from '../options.js'

/** The `daemon.json` of one node's Docker engine. */
export function dockerConfig({ paths }: Fleet, n: number, cgroup: Cgroup): Record<string, unknown> {
  const node = paths.node(n)
  return {
    'data-root': node.docker,
    'exec-root': node.dockerExec,
    pidfile: `${node.run}/docker-engine.pid`,
    // Without it dockerd takes the system's own containerd wherever one runs, outside the node and shared by all nodes.
    containerd: node.containerdSocket,
    hosts: [`unix://${node.dockerSocket}`],
    'storage-driver': 'overlay2',
    'insecure-registries': ['198.18.0.0/15'],
    'cgroup-parent': cgroup.dockerParent,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    // Docker's own proxy is a process for each port; iptables does it without.
    'userland-proxy': false,
    'max-concurrent-downloads': 2,
    'shutdown-timeout': 30,
    'log-level': 'warn',
    'log-driver': 'json-file',
    'log-opts': { 'max-size': '2m', 'max-file': '2' },
  }
}
