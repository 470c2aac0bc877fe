import { Node } from '../nomad'

/** Address of the node that runs the task. */
export const nodeAddress = Node.attr('unique.network.ip-address')

/** Consul's agent on the node, for programs that ask it themselves; their token comes with `Consul.default()`. */
export const consulAddress = `http://${nodeAddress}:8500`
