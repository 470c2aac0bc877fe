import type { Addresses } from './addresses.js'
import type { FleetPaths } from './paths.js'

/** Absolute paths of what the nodes run. */
export interface FleetTools {
  readonly nomad: string
  readonly consul: string
  readonly dockerd: string
  readonly dockerRegistry: string
  /** The folder with the CNI plugins (bridge, host-local, portmap, firewall, loopback). */
  readonly cniPath: string
  /** Terraform or OpenTofu: what people deploy with. @default undefined - `terraform` on their PATH */
  readonly terraform?: string
}

export interface FleetOptions {
  readonly name: string
  readonly nodes: number
  readonly tools: FleetTools
  /** Where `images.json` is. @default the fleet's own state folder */
  readonly imagesFile?: string
  /** The image of the container that holds a group's network. @default `pause` of the images file */
  readonly infraImage?: string
  /** Ports of the host that lead into the fleet. @default { site: 8080 }; `false` publishes nothing */
  readonly publish?: { readonly site: number } | false
  /** Called with one line for each step. */
  readonly onProgress?: (line: string) => void
}

/** What `fleet.json` holds: enough to start, show and stop the fleet without the options it was made with. */
export interface FleetDescription {
  readonly name: string
  readonly index: number
  readonly nodes: number
  readonly tools: FleetTools
  readonly infraImage: string
  readonly imagesFile: string
  readonly publish: { readonly site: number } | false
  readonly created: string
}

/** What `secrets.json` holds. The two management tokens are for people and tools, the rest for the agents. */
export interface FleetSecrets {
  readonly nomadToken: string
  readonly consulToken: string
  /** Consul agents: register their node. */
  readonly consulAgentToken: string
  /** Nomad agents: register services. */
  readonly consulNomadToken: string
  readonly consulGossipKey: string
  readonly nomadGossipKey: string
}

/** A fleet that exists on this machine, running or not. */
export interface Fleet {
  readonly description: FleetDescription
  readonly secrets: FleetSecrets
  readonly addresses: Addresses
  readonly paths: FleetPaths
}

export type Progress = (line: string) => void
