import type { Fleet } from '../options.js'

/** The `config.toml` of the containerd under one node's Docker engine. */
export function containerdConfig({ paths }: Fleet, n: number): string {
  const node = paths.node(n)
  return [
    'version = 2',
    `root = ${text(node.containerd)}`,
    `state = ${text(node.containerdState)}`,
    // Kubernetes' interface: nobody here speaks it.
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = ${text(node.containerdSocket)}`,
    '[debug]',
    'level = "warn"',
    '',
  ].join('\n')
}

/** A basic string of TOML, whose escapes are those of JSON but for DEL, which must not stand in it as it is. */
const text = (value: string): string => JSON.stringify(value).replaceAll('\x7f', '\\u007f')
