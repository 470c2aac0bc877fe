import { execa } from 'execa'
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { agentAlive, AGENTS } from './agents.js'
import { nodeCgroup, NODE_MEMORY_MB } from './cgroup.js'
import { releaseAddresses } from './cni.js'
import { HOST_VOLUMES, VOLUME_OWNER } from './config/nomad.js'
import { ensureNodeNetwork, removeNodeNetwork, unplugNode } from './network.js'
import type { Fleet } from './options.js'
import type { NodePaths } from './paths.js'
import { unmountBelow } from './unmount.js'

/** Whether anything of the node is alive. */
export const nodeHasProcesses = (fleet: Fleet, n: number): boolean =>
  nodeCgroup(fleet.description.name, n).pids().length > 0

/** Whether all agents of the node run. */
export const nodeRuns = (fleet: Fleet, n: number): boolean => AGENTS.every((agent) => agentAlive(fleet, n, agent))

/** Folders, cgroup and network of one node, so that its agents can start. */
export async function prepareNode(fleet: Fleet, n: number): Promise<void> {
  const node = fleet.paths.node(n)
  if (!nodeHasProcesses(fleet, n)) await tidyNode(fleet, n)
  await ensureFolders(node)
  for (const name of HOST_VOLUMES) await ensureVolume(join(node.volumes, name))
  await nodeCgroup(fleet.description.name, n).create(NODE_MEMORY_MB)
  await ensureNodeNetwork(fleet.addresses, n)
}

/** The folders of a node's agents. */
export async function ensureFolders(node: NodePaths): Promise<void> {
  // The folders above a volume must be passable for the user of the containers.
  for (const folder of [node.root, node.volumes]) await mkdir(folder, { recursive: true, mode: 0o711 })
  for (const folder of [node.containerd, node.docker, node.consul, node.nomad, node.log, node.run]) {
    await mkdir(folder, { recursive: true, mode: 0o711 })
  }
  // What Consul writes into it, with every token, has a mode for all to read.
  await chmod(node.consul, 0o700)
}

async function ensureVolume(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const { uid, gid } = await stat(folder)
  if (uid !== VOLUME_OWNER.uid || gid !== VOLUME_OWNER.gid) await chown(folder, VOLUME_OWNER.uid, VOLUME_OWNER.gid)
}

/** What a machine loses when its power goes: mounts, sockets, addresses and its network's state. Data stays. */
export async function tidyNode(fleet: Fleet, n: number): Promise<void> {
  const node = fleet.paths.node(n)
  await unmountBelow(node.root)
  await releaseAddresses(node)
  await rm(node.run, { recursive: true, force: true })
  await removeNodeNetwork(fleet.addresses, n)
  await nodeCgroup(fleet.description.name, n).remove()
}

/** SIGKILL to everything on the node, containers included, and its cable pulled: what a power cut does. */
export async function crashNode(fleet: Fleet, n: number): Promise<void> {
  await unplugNode(fleet.addresses, n)
  await nodeCgroup(fleet.description.name, n).kill()
  await tidyNode(fleet, n)
}

/** Removes all that the node has stored, its volumes included. It must not run. */
export async function eraseNode(fleet: Fleet, n: number): Promise<void> {
  const node = fleet.paths.node(n)
  await unmountBelow(node.root)
  // The command, which takes a tenth of the time that Node's own way does for the layers of all images.
  await execa('rm', ['-rf', '--one-file-system', node.root])
}
