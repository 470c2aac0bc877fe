import { existsSync, statfsSync, statSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Fleet } from '../fleet/fleet'
import { run, until } from '../fleet/run'
import { agentCommand } from './operations'
import type { Fault } from './scene'

const volume = (fleet: Fleet, node: number): string => join(fleet.folder(node), 'volumes', 'mysql')
const FILLER = 'drill-filler'

/** Nodes whose MySQL volume is a file system of its own (docs: bench/failover/README.md): filling it hurts nobody else. */
export const nodesWithOwnDisk = (fleet: Fleet): number[] =>
  fleet.nodes.filter((node) => {
    const folder = volume(fleet, node)
    return existsSync(folder) && statSync(folder).dev !== statSync(fleet.root).dev
  })

/** Gives the space back that a fault has taken. */
export const removeFiller = (fleet: Fleet, node: number): void =>
  rmSync(join(volume(fleet, node), FILLER), { force: true })

export const diskFaults: readonly Fault[] = [
  {
    name: 'disk-full',
    what: "the primary's volume is full, and has space again (nodes with a small volume of their own only)",
    target: 10,
    impossible: (fleet) =>
      nodesWithOwnDisk(fleet).length === 0
        ? "no node's MySQL volume is a file system of its own, and filling the machine's would hurt all nodes"
        : undefined,
    run: async (scene) => {
      const { fleet } = scene
      const own = nodesWithOwnDisk(fleet)
      const primary = [scene.primary, ...scene.replicas].find(({ node }) => own.includes(node))
      if (!primary) throw new Error(`no instance is on a node with a small disk (${own.join(', ')})`)
      if (primary !== scene.primary) {
        await agentCommand(scene, ['promote', primary.name])
        scene.note(`${primary.name} leads now: it has the small disk`)
        await scene.writing(20)
      }
      const folder = volume(fleet, primary.node)
      scene.onHeal(() => Promise.resolve(removeFiller(fleet, primary.node)))
      const { bavail, bsize } = statfsSync(folder)
      await run('fallocate', ['-l', String(Math.max(1, bavail - 16) * bsize), join(folder, FILLER)]).catch(() => '')
      await until('a full disk', 20, async () => {
        await run('dd', [
          'if=/dev/zero',
          `of=${join(folder, `${FILLER}`)}`,
          'bs=64k',
          'oflag=append',
          'conv=notrunc',
        ]).catch(() => '')
        return statfsSync(folder).bavail < 16
      })
      scene.note(`the volume of ${primary.name} is full`)
      await scene.pause(scene.cut)
      await scene.heal()
      if (!(await scene.writing(90))) scene.note('no write within 90 s after there was space again')
    },
  },
]
