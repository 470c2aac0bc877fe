import { setTimeout as wait } from 'node:timers/promises'
import type { Site } from './site'
import { signedIn } from './signed-in'
import { Visitors } from '../../test/e2e/support/visitors'

/** HAProxy lets sessions of before a change go on for 60 s: what breaks then must be seen too. */
const afterwardsMs = 75_000

/** The web tier from 3 instances to 10 and back, while people read their posts through every node. @returns whether nobody noticed */
export async function scale(site: Site): Promise<boolean> {
  const { headers } = await signedIn(site)
  await site.scale(3)
  const visitors = new Visitors([
    { urls: site.edges.map((edge) => `${edge}/api/v1/posts`), headers, each: 2, everyMs: 1000 },
    // cheap, so that many connections are there when HAProxy hands over to its next process
    { urls: site.edges.map((edge) => `${edge}/health/live`), headers: {}, each: 8, everyMs: 200 },
  ])
  const began = performance.now()
  const marks: string[] = []
  try {
    for (const count of [10, 3]) {
      const at = performance.now()
      await site.scale(count, 600)
      marks.push(`${count} after ${((performance.now() - at) / 1000).toFixed(0)} s`)
      console.log(
        `  ${marks[marks.length - 1]}: ${visitors.times.length} answers, ${visitors.failures.length} failures`,
      )
      await wait(afterwardsMs)
    }
  } finally {
    await visitors.stop()
  }
  const sorted = visitors.times.sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(
    `\n| scaling the web tier | |\n|---|---|\n| 3 to 10 to 3 | ${marks.join(', ')} |\n| requests in ${seconds} s | ${sorted.length} |` +
      `\n| ms, median / p99 / slowest | ${at(0.5)} / ${at(0.99)} / ${at(0.99999)} |\n| failed (target 0) | ${visitors.failures.length} |`,
  )
  for (const { at, url, keepsConnection, what } of visitors.failures.slice(0, 20)) {
    console.log(`  ${at.toFixed(1)} s  ${url}  ${keepsConnection ? 'kept connection' : 'new connection'}: ${what}`)
  }
  return visitors.failures.length === 0
}
