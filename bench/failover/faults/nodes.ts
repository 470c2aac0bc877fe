import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stopAll } from '../fleet/cgroup'
import { run } from '../fleet/run'
import type { Fault, Scene } from './scene'

/** Seconds without its node after which Nomad has put the instance on another one, and that is being filled. */
const AWAY_SECONDS = 30

const node = (scene: Scene, verb: 'kill' | 'start', n: number): Promise<string> =>
  run('bootstrap/node', [verb, String(n), '--fleet', scene.fleet.name])

const startAll = (scene: Scene): Promise<string> =>
  run('npx', ['tsx', join(__dirname, '../fleet/start-all.mts'), scene.fleet.name])

/** Faults of whole nodes, and of Consul's leader. */
export const nodeFaults: readonly Fault[] = [
  {
    name: 'kill-node',
    what: "the primary's node loses power, and comes back after 30 s or more: its instance is on another node by then",
    target: 10,
    run: async (scene) => {
      const { primary } = scene
      scene.onHeal(async () => {
        await node(scene, 'start', primary.node)
        scene.gone.delete(primary.node)
      })
      scene.gone.add(primary.node)
      await node(scene, 'kill', primary.node)
      scene.note(`${primary.name} has no power`)
      const away = Math.max(AWAY_SECONDS, scene.cut)
      const begun = performance.now()
      const written = await scene.writing(away)
      await scene.pause(Math.max(0, away - (performance.now() - begun) / 1000))
      await scene.heal()
      if (!written) throw new Error(`no write in the ${away} s without it`)
    },
  },
  {
    name: 'kill-consul-leader',
    what: "SIGKILL to Consul's leader",
    target: 10,
    run: async (scene) => {
      const { fleet, group } = scene
      const leader = await group.consul.get<string>('/status/leader')
      const n = fleet.nodes.find((one) => leader.startsWith(`${fleet.address(one)}:`))
      if (n === undefined) throw new Error(`no node is Consul's leader '${leader}'`)
      scene.onHeal(() => node(scene, 'start', n).then(() => undefined))
      const { pid } = JSON.parse(readFileSync(join(fleet.folder(n), 'run', 'consul.pid'), 'utf8')) as { pid: number }
      process.kill(pid, 'SIGKILL')
      scene.note(
        `Consul on ${fleet.nodeName(n)} is dead, which led${n === scene.primary.node ? ', on the primary' : ''}`,
      )
      await scene.pause(scene.cut)
      await scene.heal()
      if (!(await scene.writing(40))) scene.note('no write within 40 s after that')
    },
  },
  {
    name: 'all-nodes',
    what: 'all nodes lose power at once, and come back',
    atMost: 1,
    run: async (scene) => {
      const { fleet } = scene
      scene.onHeal(async () => {
        await startAll(scene)
        scene.gone.clear()
      })
      for (const n of fleet.nodes) scene.gone.add(n)
      await stopAll(fleet)
      scene.note('all nodes lost power')
      for (const n of fleet.nodes) await node(scene, 'kill', n)
      await scene.heal()
      if (!(await scene.writing(240))) scene.note('no write within 240 s after all nodes were back')
    },
  },
]
