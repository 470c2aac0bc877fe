import { cut, mend, type Cut } from '../fleet/packets'
import type { Fault, Scene } from './scene'

/** Consul's servers and gossip. */
const CONSUL = [8300, 8301, 8302]
const MYSQL = [3310, 3311]

async function during(scene: Scene, cuts: readonly Cut[], how: string, unreachable: boolean): Promise<void> {
  const { fleet, primary } = scene
  scene.onHeal(async () => {
    await mend(fleet, primary.node)
    scene.gone.delete(primary.node)
  })
  if (unreachable) scene.gone.add(primary.node)
  await cut(fleet, primary.node, ...cuts)
  scene.note(`${primary.name} ${how}`)
  const begun = performance.now()
  if (!(await scene.writing(scene.cut))) scene.note(`no write while it was cut off (${scene.cut} s)`)
  await scene.pause(Math.max(0, scene.cut - (performance.now() - begun) / 1000))
  await scene.heal()
  if (!(await scene.writing(40))) scene.note('no write within 40 s after that')
}

const partition = (
  name: string,
  what: string,
  cuts: (scene: Scene) => readonly Cut[],
  how: string,
  unreachable = true,
): Fault => ({ name, what, target: 10, run: (scene) => during(scene, cuts(scene), how, unreachable) })

/** Partitions of the primary's node, made of dropped packets; open connections are not told. */
export const networkFaults: readonly Fault[] = [
  partition(
    'cut-consul',
    'the primary is cut off from Consul, but not from clients or replicas',
    () => [{ ports: CONSUL }],
    'is cut off from Consul',
    false,
  ),
  partition(
    'cut-replicas',
    'the primary is cut off from the other instances, but not from Consul or other clients',
    ({ fleet, replicas }) => [{ peers: replicas.map(({ node }) => fleet.address(node)), ports: MYSQL }],
    'is cut off from its replicas',
    false,
  ),
  partition('cut-all', "the primary's node is cut off from everything", () => [{}], 'is cut off from everything'),
  partition(
    'cut-in',
    "nothing reaches the primary's node, what it sends arrives",
    () => [{ direction: 'in' }],
    'receives nothing',
  ),
  partition(
    'cut-out',
    "the primary's node receives, nothing that it sends arrives",
    () => [{ direction: 'out' }],
    'is not heard',
  ),
]
