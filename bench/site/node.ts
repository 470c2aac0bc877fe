import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../failover/fleet/run'
import { Visitors } from '../../test/e2e/support/visitors'
import { signedIn } from './signed-in'
import type { Site } from './site'

/** Seconds of load before a node is lost, and after it: more than the longest time after which any part notices. */
const BEFORE = 10
const AFTER = 45
/** An answer that took longer than this is something that a person notices, in milliseconds. */
const NOTICED = 1000
/** Within how many seconds of the command the site must be as before. */
const TARGET = 15

/**
 * Nodes with an instance of the web tier lose power, one after the other, while people read and write through every other
 * node. @returns whether the site was as before within the target
 */
export async function node(site: Site): Promise<boolean> {
  const { fleet } = site
  const rows: string[] = []
  let good = true
  for (const victim of await victims(site)) {
    const edges = fleet.nodes.filter((n) => n !== victim).map((n) => `http://${fleet.address(n)}`)
    const { headers } = await signedIn(site)
    const visitors = new Visitors([
      { urls: edges.map((edge) => `${edge}/api/v1/posts`), headers, each: 4, everyMs: 400 },
      { urls: edges.map((edge) => `${edge}/health/live`), headers: {}, each: 4, everyMs: 200 },
    ])
    let killed = 0
    try {
      await wait(BEFORE * 1000)
      killed = visitors.seconds
      await site.lose(victim)
      await wait(AFTER * 1000)
    } finally {
      await visitors.stop()
      await site.bringBack()
    }
    const since = visitors.answers.filter(({ at }) => at >= killed)
    const slow = since.filter(({ ms }) => ms > NOTICED)
    const bad = [...slow.map(({ at, ms }) => at + ms / 1000), ...visitors.failures.map(({ until }) => until)]
    const over = Math.max(0, ...bad.map((at) => at - killed))
    good &&= over <= TARGET
    const slowest = Math.max(...since.map(({ ms }) => ms)) / 1000
    rows.push(
      `| node ${victim} | ${since.length} | ${visitors.failures.length} | ${slow.length} | ${slowest.toFixed(1)} | ${over.toFixed(1)} |`,
    )
    console.log(`  ${rows[rows.length - 1]}`)
    const said = new Map<string, number[]>()
    for (const { at, what } of visitors.failures) said.set(what, [...(said.get(what) ?? []), at - killed])
    for (const [what, at] of said)
      console.log(
        `    ${what}: ${at.length}, begun ${Math.min(...at).toFixed(1)} to ${Math.max(...at).toFixed(1)} s after the kill`,
      )
    await whole(site)
  }
  console.log(
    `\n| lost | answers since | failed | over ${NOTICED / 1000} s | slowest s | as before after s (target ${TARGET}) |\n|---|---|---|---|---|---|\n${rows.join('\n')}`,
  )
  return good
}

/** Every node with an instance of the web tier, each once: what a failover of MySQL adds is seen with them. */
async function victims(site: Site): Promise<number[]> {
  return [...new Set((await site.running('web')).map(({ node }) => node))].sort()
}

/** Every tier as it was: a second loss on top of the first is another measurement. */
async function whole(site: Site): Promise<void> {
  const nodes = site.fleet.nodes.length
  const passing = async (service: string) =>
    (await site.consul.get<unknown[]>(`/health/service/${service}?passing=true`)).length
  await until('every tier whole again', 300, async () => {
    const counts = await Promise.all(['cassandra', 'haproxy', 'web', 'mysql'].map(passing))
    return counts[0] === nodes && counts[1] === nodes && counts[2] === (await site.count()) && (counts[3] ?? 0) >= 3
  })
  await wait(20_000)
}
