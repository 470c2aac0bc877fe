import { load, type Counted } from './load'
import type { Site } from './site'
import { signedIn } from './signed-in'

const paths = ['/posts', '/api/v1/posts']
const connections = 8

interface Way {
  readonly name: string
  readonly base: string
  readonly inNetworkOf?: number
  readonly full: Counted[]
  readonly half: Counted[]
}

/** The same Hapi server asked through HAProxy and nginx, and directly, in turns. @returns whether the targets are met */
export async function request(site: Site, rounds: number, seconds: number): Promise<boolean> {
  await site.scale(1)
  const [instance] = await site.running('web')
  if (!instance) throw new Error('no instance of web is running')
  const { headers } = await signedIn(site)
  const inNetworkOf = await site.serverProcess(instance)
  let met = true
  for (const path of paths) {
    const direct: Way = { name: 'direct', base: 'http://127.0.0.1:3000', inNetworkOf, full: [], half: [] }
    const edge = `http://${site.fleet.address(instance.node)}`
    const through: Way = { name: 'HAProxy + nginx', base: edge, full: [], half: [] }
    const ask = ({ base, inNetworkOf }: Way, rate?: number) =>
      load({ url: `${base}${path}`, headers, seconds, connections, rate, inNetworkOf })
    await warmUp(ask, direct)
    for (let i = 0; i < rounds; i++) for (const way of [direct, through]) way.full.push(await ask(way))
    const rate = Math.max(1, Math.round(median(direct.full, (c) => c.perSecond) / 2))
    for (let i = 0; i < rounds; i++) for (const way of [direct, through]) way.half.push(await ask(way, rate))
    met = report(path, direct, through, rate) && met
  }
  return met
}

/** Until the Java machines have compiled what a read needs: no more answers than in the run before. */
async function warmUp(ask: (way: Way) => Promise<Counted>, way: Way): Promise<void> {
  let best = 0
  for (let i = 0, worse = 0; i < 20 && worse < 2; i++) {
    const { perSecond } = await ask(way)
    worse = perSecond > best * 1.03 ? 0 : worse + 1
    best = Math.max(best, perSecond)
  }
}

function report(path: string, direct: Way, through: Way, rate: number): boolean {
  console.log(`\n| GET ${path} | answers a second | p50 / p99 ms | p50 / p99 ms at ${rate} a second | failed |`)
  console.log('|---|---|---|---|---|')
  for (const { name, full, half } of [direct, through]) {
    const failed = [...full, ...half].reduce((sum, { errors, refused }) => sum + errors + refused, 0)
    console.log(
      `| ${name} | ${median(full, (c) => c.perSecond).toFixed(0)} | ${times(full)} | ${times(half)} | ${failed} |`,
    )
  }
  const throughput = median(through.full, (c) => c.perSecond) / median(direct.full, (c) => c.perSecond)
  const p99 = (runs: (way: Way) => readonly Counted[]) =>
    median(runs(through), (c) => c.p99) / median(runs(direct), (c) => c.p99)
  const [loaded, easy] = [p99((way) => way.full), p99((way) => way.half)]
  console.log(
    `\nthrough / direct: ${throughput.toFixed(2)} of the throughput (target 0.9), p99 ${loaded.toFixed(2)} under full load, ${easy.toFixed(2)} at half of it (target 1.3)`,
  )
  return throughput >= 0.9 && loaded <= 1.3 && easy <= 1.3
}

function times(runs: readonly Counted[]): string {
  return `${median(runs, (c) => c.p50).toFixed(0)} / ${median(runs, (c) => c.p99).toFixed(0)}`
}

function median(runs: readonly Counted[], figure: (counted: Counted) => number): number {
  const all = runs.map(figure).sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)] ?? 0
}
