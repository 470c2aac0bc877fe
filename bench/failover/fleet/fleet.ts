import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Description {
  readonly name: string
  readonly index: number
  readonly nodes: number
}

/** A virtual fleet of bootstrap/up, from its files: addresses, tokens, folders. Needs root. */
export class Fleet {
  readonly root: string
  readonly nodes: readonly number[]
  readonly nomadToken: string
  readonly consulToken: string
  private readonly index: number

  /**
   * @param name as for `bootstrap/up --fleet`
   * @param state folder of all fleets. @default `$SHOAL_STATE` or /var/lib/shoal
   * @throws Error when there is no such fleet
   */
  constructor(
    readonly name: string,
    state = process.env['SHOAL_STATE'] || '/var/lib/shoal',
  ) {
    this.root = join(state, name)
    const read = <T>(file: string): T => JSON.parse(readFileSync(join(this.root, file), 'utf8')) as T
    if (!existsSync(join(this.root, 'fleet.json')))
      throw new Error(
        `there is no fleet '${name}'\n  given    --fleet ${name} (${this.root})\n  allowed  a fleet on this machine\n  do       bootstrap/up --fleet ${name}`,
      )
    const { index, nodes } = read<Description>('fleet.json')
    const secrets = read<{ nomadToken: string; consulToken: string }>('secrets.json')
    this.index = index
    this.nodes = Array.from({ length: nodes }, (_, i) => i + 1)
    this.nomadToken = secrets.nomadToken
    this.consulToken = secrets.consulToken
  }

  /** Nodes that are servers of Consul and Nomad. */
  get servers(): readonly number[] {
    return this.nodes.length >= 3 ? [1, 2, 3] : [1]
  }

  address(node: number): string {
    return `198.18.${this.index}.${10 + node}`
  }

  /** Its name in Consul and Nomad, and of the MySQL instance on it. */
  nodeName(node: number): string {
    return `${this.name}-${node}`
  }

  /** @throws Error when no node has this name */
  nodeNumber(nodeName: string): number {
    const found = this.nodes.find((n) => this.nodeName(n) === nodeName)
    if (found === undefined) throw new Error(`'${nodeName}' is no node of the fleet '${this.name}'`)
    return found
  }

  /** The file of a node's network namespace. */
  namespace(node: number): string {
    return `/run/netns/shl-${this.name}-${node}`
  }

  folder(node: number): string {
    return join(this.root, `node-${node}`)
  }

  dockerSocket(node: number): string {
    return join(this.folder(node), 'run', 'docker.sock')
  }
}
