import { existsSync } from 'node:fs'
import type { Fleet } from './fleet'
import { run, runLoosely } from './run'

/** What a node loses. */
export interface Cut {
  /** Seen from the node. @default 'both' */
  readonly direction?: 'in' | 'out' | 'both'
  /** Addresses that it is cut from. @default - everybody */
  readonly peers?: readonly string[]
  /** Ports, at either end. @default - all */
  readonly ports?: readonly number[]
}

const CHAINS = {
  in: { chain: 'SHOAL-DRILL-IN', hook: ['PREROUTING', '-i', 'eth0'] },
  out: { chain: 'SHOAL-DRILL-OUT', hook: ['POSTROUTING', '-o', 'eth0'] },
} as const

const inside = (fleet: Fleet, node: number): readonly string[] => [
  `--net=${fleet.namespace(node)}`,
  'iptables',
  '-w',
  '-t',
  'mangle',
]

/** The rules of a cut, as iptables' arguments after the table. Pure, for its test. */
export function rulesOf(cut: Cut): string[][] {
  const directions =
    cut.direction === undefined || cut.direction === 'both' ? (['in', 'out'] as const) : [cut.direction]
  return directions.flatMap((direction) => {
    const peer = direction === 'in' ? '-s' : '-d'
    const peers: string[][] = cut.peers ? cut.peers.map((address) => [peer, address]) : [[]]
    const ports: string[][] = cut.ports
      ? cut.ports.flatMap((port) =>
          ['tcp', 'udp'].flatMap((protocol) =>
            ['--sport', '--dport'].map((end) => ['-p', protocol, end, String(port)]),
          ),
        )
      : [[]]
    const { chain } = CHAINS[direction]
    return peers.flatMap((from) => ports.map((port) => ['-A', chain, ...from, ...port, '-j', 'DROP']))
  })
}

/** Drops packets of a node, those of connections that are open as well. In mangle: before and after any translation of addresses. */
export async function cut(fleet: Fleet, node: number, ...cuts: readonly Cut[]): Promise<void> {
  await mend(fleet, node)
  const iptables = (...args: readonly string[]) => run('nsenter', [...inside(fleet, node), ...args])
  for (const { chain } of Object.values(CHAINS)) await iptables('-N', chain)
  for (const rule of cuts.flatMap(rulesOf)) await iptables(...rule)
  // All at once, as far as it goes: the chains are hooked in when they are complete.
  for (const { chain, hook } of Object.values(CHAINS)) await iptables('-I', ...hook, '-j', chain)
}

/** Takes all cuts of a node back. */
export async function mend(fleet: Fleet, node: number): Promise<void> {
  if (!existsSync(fleet.namespace(node))) return
  for (const { chain, hook } of Object.values(CHAINS)) {
    await runLoosely('nsenter', [...inside(fleet, node), '-D', ...hook, '-j', chain])
    await runLoosely('nsenter', [...inside(fleet, node), '-F', chain])
    await runLoosely('nsenter', [...inside(fleet, node), '-X', chain])
  }
}
