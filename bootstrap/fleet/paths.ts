import { homedir } from 'node:os'
import { join } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where fleets keep their state: `$SHOAL_STATE`, @default /var/lib/shoal */
export function stateRoot(env: Environment = process.env): string {
  return env.SHOAL_STATE || '/var/lib/shoal'
}

/** What can be fetched or built again: `$SHOAL_CACHE`, `$XDG_CACHE_HOME/shoal`, @default ~/.cache/shoal */
export function cacheRoot(env: Environment = process.env): string {
  return env.SHOAL_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shoal')
}

/** The folders and files of one node. */
export class NodePaths {
  readonly containerd: string
  readonly docker: string
  readonly consul: string
  readonly nomad: string
  readonly volumes: string
  readonly log: string
  /** Pid files, sockets, configurations: made anew when the node starts. */
  readonly run: string
  /** Temporary files of the agents. */
  readonly tmp: string
  readonly containerdState: string
  readonly containerdSocket: string
  readonly dockerSocket: string
  readonly dockerExec: string

  constructor(readonly root: string) {
    this.containerd = join(root, 'containerd')
    this.docker = join(root, 'docker')
    this.consul = join(root, 'consul')
    this.nomad = join(root, 'nomad')
    this.volumes = join(root, 'volumes')
    this.log = join(root, 'log')
    this.run = join(root, 'run')
    this.tmp = join(this.run, 'tmp')
    this.containerdState = join(this.run, 'containerd')
    this.containerdSocket = join(this.run, 'containerd.sock')
    this.dockerSocket = join(this.run, 'docker.sock')
    this.dockerExec = join(this.run, 'docker')
  }
}

/** The folders and files of one fleet. */
export class FleetPaths {
  readonly root: string
  readonly description: string
  readonly secrets: string
  readonly images: string
  readonly terraform: string
  readonly run: string
  readonly registryLog: string
  readonly siteLog: string
  readonly lock: string

  constructor(
    readonly fleet: string,
    env: Environment = process.env,
  ) {
    this.root = join(stateRoot(env), fleet)
    this.description = join(this.root, 'fleet.json')
    this.secrets = join(this.root, 'secrets.json')
    this.images = join(this.root, 'images.json')
    this.terraform = join(this.root, 'terraform')
    this.run = join(this.root, 'run')
    this.registryLog = join(this.root, 'registry.log')
    this.siteLog = join(this.root, 'site.log')
    this.lock = lockFile(fleet, env)
  }

  node(n: number): NodePaths {
    return new NodePaths(join(this.root, `node-${n}`))
  }
}

/** Locks live outside the fleet's own folder, because `down --purge` removes that while it holds the lock. */
export const lockFile = (name: string, env: Environment = process.env): string =>
  join(stateRoot(env), '.locks', `${name}.lock`)
