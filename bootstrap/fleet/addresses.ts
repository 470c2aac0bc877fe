import { Problem } from '../problem.js'

/** How many fleets have a network of their own in 198.18.0.0/16: 198.18.F.0/24. */
export const MAX_FLEETS = 256

/** An interface name has at most 15 characters: `shl-` + 8 + `-` + 2. */
export const MAX_NODES = 99

/**
 * Not 5000, which other registries listen on at every address of a machine: Debian's package starts one as a service, and
 * people who work on images have one.
 */
export const REGISTRY_PORT = 5117

export const DEFAULT_FLEET = 'shoal'
export const DEFAULT_NODES = 5

const NAME = /^[a-z][a-z0-9]{0,7}$/

/** @throws Problem when the name is not one to eight lower-case letters and digits, a letter first. */
export function checkFleetName(name: string): string {
  if (NAME.test(name)) return name
  throw Problem.usage({
    what: 'fleet: this is not a name for a fleet',
    given: `'${name}'`,
    allowed: 'one to eight of a-z and 0-9, a letter first (it becomes part of interface names)',
    do: `choose a short name: --fleet ${DEFAULT_FLEET}`,
  })
}

/** @throws Problem when the count is not a whole number from 1 to 99. */
export function checkNodeCount(nodes: number): number {
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= MAX_NODES) return nodes
  throw Problem.usage({
    what: 'fleet: this is not a number of nodes',
    given: String(nodes),
    allowed: `1 to ${MAX_NODES}`,
    do: `leave --nodes out (${DEFAULT_NODES}), or give a number`,
  })
}

/** What one fleet's addresses and interface names are; all of it follows from the name and the index. */
export class Addresses {
  constructor(
    readonly fleet: string,
    /** 0 to 255: the third number of every address of the fleet. */
    readonly index: number,
  ) {}

  get network(): string {
    return `198.18.${this.index}.0/24`
  }

  /** The machine that carries the fleet, on the bridge. */
  get host(): string {
    return `198.18.${this.index}.1`
  }

  get bridge(): string {
    return `shl-${this.fleet}`
  }

  /** `host:port` of the image registry. */
  get registry(): string {
    return `${this.host}:${REGISTRY_PORT}`
  }

  node(n: number): string {
    return `198.18.${this.index}.${10 + n}`
  }

  /** The network namespace of a node, and the name of the host's end of its cable. */
  namespace(n: number): string {
    return `shl-${this.fleet}-${n}`
  }

  nodeName(n: number): string {
    return `${this.fleet}-${n}`
  }
}

/** The nodes that are servers of Consul and Nomad: three where there are three, else one. */
export function serverNumbers(nodes: number): number[] {
  return nodes >= 3 ? [1, 2, 3] : [1]
}

export const isServer = (n: number, nodes: number): boolean => serverNumbers(nodes).includes(n)

/**
 * The smallest index that no other fleet has and that the machine doesn't already route.
 *
 * @throws Problem when all 256 are taken.
 */
export function chooseIndex(taken: Iterable<number>, routes: string): number {
  const used = new Set(taken)
  for (const match of routes.matchAll(/\b198\.18\.(\d{1,3})\.\d/g)) used.add(Number(match[1]))
  for (let index = 0; index < MAX_FLEETS; index++) if (!used.has(index)) return index
  throw new Problem({
    what: 'fleet: every network of 198.18.0.0/16 is taken',
    given: `${used.size} networks in use`,
    allowed: `${MAX_FLEETS} fleets on one machine`,
    do: 'remove one: bootstrap/down --fleet NAME --purge',
  })
}
