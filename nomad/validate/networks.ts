import { error, known, type Rule, warning } from './rule'
import { eachGroup } from './visit'

const label = /^[A-Za-z0-9_]+$/
const hostname = /^(?=.{1,253}$)(?:[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.?)+$/

/** The network of a group. */
export const networkRules: readonly Rule[] = [
  error(
    'network-mode',
    ['mode'],
    eachGroup(({ group, path }, report) => {
      for (const { mode } of group.network ?? []) {
        if (!known(mode) || mode === '' || mode === 'host' || mode === 'bridge' || /^cni\/./.test(mode)) continue
        report({
          path,
          problem:
            mode === 'none'
              ? `a group without a network passes the server, and then no client can set it up`
              : 'no client has such a network',
          given: `mode '${mode}'`,
          allowed: `'bridge', 'host', 'cni/<name>'`,
          do:
            mode === 'none'
              ? `leave the network out, and cut Docker off by networkMode: 'none'`
              : 'use Network.bridge(), Network.host() or Network.cni(name)',
        })
      }
    }),
  ),
  error(
    'many-networks',
    eachGroup(({ group, path }, report) => {
      if ((group.network?.length ?? 0) < 2) return
      report({
        path,
        problem: 'a group has one network: clients set up the first and no other',
        given: `${group.network?.length ?? 0} networks`,
        do: 'move all ports into one network',
      })
    }),
  ),
  warning(
    'port-label',
    eachGroup(({ ports, path }, report) => {
      for (const port of ports) {
        if (!known(port.label) || label.test(port.label)) continue
        report({
          path,
          problem: `the port's label is part of environment variables, where it is spelled otherwise`,
          given: `'${port.label}'`,
          allowed: 'letters, digits and underscores',
          do: `call it '${port.label.replace(/[^A-Za-z0-9_]/g, '_')}'`,
        })
      }
    }),
  ),
  warning(
    'static-port-in-dynamic-range',
    ['static'],
    eachGroup(({ ports, path }, report) => {
      for (const port of ports) {
        if (!known(port.static) || port.static < 20000 || port.static > 32000) continue
        report({
          path,
          problem: `Nomad gives ports of this range to others: the port may be taken on a node that has room`,
          given: `'${port.label}' with static ${port.static}`,
          allowed: `a port outside of the clients' dynamic range, 20000 to 32000 unless they say more`,
          do: 'take another number, or no static port',
        })
      }
    }),
  ),
  error(
    'hostname',
    ['hostname'],
    eachGroup(({ group, path }, report) => {
      for (const network of group.network ?? []) {
        const name = network.hostname
        if (!known(name) || name === '' || name.includes('${') || hostname.test(name)) continue
        report({ path, problem: 'no host can be called so', given: `'${name}'`, do: 'take a DNS name' })
      }
    }),
  ),
  warning(
    'hostname-without-effect',
    ['hostname'],
    eachGroup(({ group, path }, report) => {
      for (const network of group.network ?? []) {
        if (!known(network.hostname) || network.hostname === '' || (known(network.mode) && network.mode !== 'host')) {
          continue
        }
        report({
          path,
          problem: `a group in the node's own network has the node's name`,
          given: `hostname '${network.hostname}' in network mode '${network.mode ?? 'host'}'`,
          allowed: 'a hostname in bridge and CNI networks',
          do: 'use Network.bridge(), or leave the hostname out',
        })
      }
    }),
  ),
  error(
    'cni-args',
    ['cni'],
    eachGroup(({ group, path }, report) => {
      for (const network of group.network ?? []) {
        for (const [key, value] of Object.entries(network.cni?.args ?? {})) {
          if (!key.includes(';') && !value.includes(';')) continue
          report({
            path,
            problem: 'a CNI argument has a semicolon, which separates arguments',
            given: `${key}=${value}`,
            do: 'write it otherwise',
          })
        }
      }
    }),
  ),
]
