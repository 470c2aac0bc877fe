import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Addresses } from './addresses.js'

const NETNS = '/run/netns'

export const namespacePath = (addresses: Addresses, n: number): string => `${NETNS}/${addresses.namespace(n)}`

const ip = async (...args: string[]): Promise<void> => {
  await execa('ip', args)
}

/** As `ip`, where failing means that it is so already. */
const ipLoosely = async (...args: string[]): Promise<void> => {
  await execa('ip', args, { reject: false })
}

/** The bridge with the host's address on it, and what lets traffic through. Safe to repeat. */
export async function ensureBridge(addresses: Addresses): Promise<void> {
  if (!existsSync(`/sys/class/net/${addresses.bridge}`)) await ip('link', 'add', addresses.bridge, 'type', 'bridge')
  await ip('address', 'replace', `${addresses.host}/24`, 'dev', addresses.bridge)
  await ip('link', 'set', addresses.bridge, 'up')
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1')
  for (const rule of firewallRules(addresses)) {
    const present = await execa('iptables', [...rule.table, '-C', rule.chain, ...rule.match], { reject: false })
    // Inserted, not appended: Docker's own DROP for forwarded packets is the chain's policy or comes before.
    if (present.failed) await execa('iptables', ['-w', ...rule.table, '-I', rule.chain, ...rule.match])
  }
}

interface Rule {
  readonly table: readonly string[]
  readonly chain: string
  readonly match: readonly string[]
}

/** What the host's firewall must let through: a Docker engine on the host drops forwarded and bridged packets. */
export function firewallRules(addresses: Addresses): Rule[] {
  const comment = ['-m', 'comment', '--comment', `shoal ${addresses.fleet}`]
  const accept = (chain: string, direction: string): Rule => ({
    table: [],
    chain,
    match: [direction, addresses.bridge, ...comment, '-j', 'ACCEPT'],
  })
  return [
    accept('INPUT', '-i'),
    accept('FORWARD', '-i'),
    accept('FORWARD', '-o'),
    {
      table: ['-t', 'nat'],
      chain: 'POSTROUTING',
      match: ['-s', addresses.network, '!', '-d', '198.18.0.0/15', ...comment, '-j', 'MASQUERADE'],
    },
  ]
}

/**
 * Containers are routed to. A connection to a machine that has lost power is given up after some 6 s, and an attempt to
 * make one after 7 s; Linux's defaults are 15 minutes and 2 minutes.
 */
const NODE_SYSCTLS = ['net.ipv4.ip_forward=1', 'net.ipv4.tcp_retries2=5', 'net.ipv4.tcp_syn_retries=2']

/** The node's network namespace with `eth0` in it, plugged into the bridge. Safe to repeat, and after half of it. */
export async function ensureNodeNetwork(addresses: Addresses, n: number): Promise<void> {
  const namespace = addresses.namespace(n)
  if (!(await hasAddress(addresses, n))) {
    await removeNodeNetwork(addresses, n)
    await ip('netns', 'add', namespace)
    const cable = ['link', 'add', namespace, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]
    await ip(...cable)
    await ip('link', 'set', namespace, 'master', addresses.bridge)
    const inside = (...args: string[]): Promise<void> => ip('-n', namespace, ...args)
    await inside('address', 'add', `${addresses.node(n)}/24`, 'dev', 'eth0')
    await inside('link', 'set', 'lo', 'up')
    await inside('link', 'set', 'eth0', 'up')
    await inside('route', 'add', 'default', 'via', addresses.host)
    await execa('nsenter', [`--net=${NETNS}/${namespace}`, 'sysctl', '-qw', ...NODE_SYSCTLS])
  }
  await ip('link', 'set', namespace, 'up')
}

async function hasAddress(addresses: Addresses, n: number): Promise<boolean> {
  const namespace = addresses.namespace(n)
  if (!existsSync(`/sys/class/net/${namespace}`) || !existsSync(namespacePath(addresses, n))) return false
  const shown = await execa('ip', ['-n', namespace, '-o', 'route', 'show', 'default', 'dev', 'eth0'], { reject: false })
  return shown.stdout.includes(addresses.host)
}

/** Pulls the node's cable: packets to and from it are lost, as when its power is. */
export const unplugNode = (addresses: Addresses, n: number): Promise<void> =>
  ipLoosely('link', 'set', addresses.namespace(n), 'down')

export const isPlugged = async (addresses: Addresses, n: number): Promise<boolean> => {
  const shown = await execa('ip', ['-o', 'link', 'show', addresses.namespace(n)], { reject: false })
  return !shown.failed && /[<,]UP[,>]/.test(shown.stdout)
}

export async function removeNodeNetwork(addresses: Addresses, n: number): Promise<void> {
  await ipLoosely('link', 'delete', addresses.namespace(n))
  await ipLoosely('netns', 'delete', addresses.namespace(n))
}

export async function removeBridge(addresses: Addresses): Promise<void> {
  for (const rule of firewallRules(addresses)) {
    for (let removed = true; removed;) {
      const result = await execa('iptables', ['-w', ...rule.table, '-D', rule.chain, ...rule.match], { reject: false })
      removed = !result.failed
    }
  }
  await ipLoosely('link', 'delete', addresses.bridge)
}
