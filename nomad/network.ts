import { Env } from './references'
import type { NetworkResourceSpec, PortSpec } from './spec'

/** Names inside a group's network. */
export interface NetworkOptions {
  /** @default - the node's resolvers */
  readonly dns?: {
    readonly servers?: readonly string[]
    readonly searches?: readonly string[]
    readonly options?: readonly string[]
  }
  /** Host name inside the network. May hold references such as `Env.allocIndex`. @default - none */
  readonly hostname?: string
  /** Anything else of Nomad's network block, by Nomad's own names. @default {} */
  readonly raw?: Readonly<Partial<NetworkResourceSpec>>
}

/** The network that a group's tasks share. */
export class Network {
  private constructor(
    /** As Nomad knows it: `bridge`, `host`, `none`, `cni/<name>`. */
    readonly mode: string,
    private readonly options: NetworkOptions & { readonly args?: Readonly<Record<string, string>> },
  ) {}

  /** A network of the group's own behind the node: tasks see each other on 127.0.0.1, ports are mapped. */
  static bridge(options: NetworkOptions = {}): Network {
    return new Network('bridge', options)
  }

  /** The node's own network: tasks listen on the node's ports. */
  static host(options: NetworkOptions = {}): Network {
    return new Network('host', options)
  }

  /** A network of the group's own with nothing but loopback. */
  static none(options: NetworkOptions = {}): Network {
    return new Network('none', options)
  }

  /** A network made by a CNI configuration of the node. */
  static cni(
    name: string,
    options: NetworkOptions & { readonly args?: Readonly<Record<string, string>> } = {},
  ): Network {
    return new Network(`cni/${name}`, options)
  }

  /** The `network` block without its ports, by Nomad's own names. */
  toSpec(): NetworkResourceSpec {
    const { dns, hostname, args, raw } = this.options
    return {
      mode: this.mode,
      hostname,
      dns: dns && {
        servers: dns.servers && [...dns.servers],
        searches: dns.searches && [...dns.searches],
        options: dns.options && [...dns.options],
      },
      cni: args && { args: { ...args } },
      ...raw,
    }
  }
}

/** Where a port is, on the node and inside the group. */
export interface PortProps {
  /** A fixed port on the node. @default - Nomad picks a free one */
  readonly static?: number
  /** The port inside the group's network. @default - the same as on the node */
  readonly to?: number
  /** One of the client's `host_network` blocks. @default 'default' */
  readonly hostNetwork?: string
  /** Lets several allocations share a static port (SO_REUSEPORT). @default false */
  readonly ignoreCollision?: boolean
}

/** A port of a group, by its label. */
export class Port {
  constructor(
    /** By which the group's tasks and services refer to it. */
    readonly label: string,
    /** What it was told. */
    readonly props: PortProps = {},
  ) {}

  /** `address:port` on the node, filled in by Nomad. */
  get addr(): string {
    return Env.addr(this.label)
  }

  /** The node's address, filled in by Nomad. */
  get ip(): string {
    return Env.ip(this.label)
  }

  /** The port that the task listens on, filled in by Nomad. */
  get port(): string {
    return Env.port(this.label)
  }

  /** The port on the node, filled in by Nomad. */
  get hostPort(): string {
    return Env.hostPort(this.label)
  }

  /** Its label. */
  toString(): string {
    return this.label
  }

  /** The `port` block, by Nomad's own names. */
  toSpec(): PortSpec {
    const { static: fixed, to, hostNetwork, ignoreCollision } = this.props
    return { label: this.label, static: fixed, to, host_network: hostNetwork, ignore_collision: ignoreCollision }
  }
}
