import { existsSync } from 'node:fs'
import { Api } from './fleet/api'
import { continueStopped } from './fleet/cgroup'
import type { Fleet } from './fleet/fleet'
import { mend } from './fleet/packets'
import { run } from './fleet/run'
import { removeFiller } from './faults/disk'

interface NodeStub {
  readonly ID: string
  readonly SchedulingEligibility: string
}

/**
 * Puts right whatever the drill may have left behind, also one that was killed: packets flow, stopped processes go on, dead nodes and agents
 * start, drained nodes take work, disks have space. Safe to repeat.
 */
export async function healAll(fleet: Fleet, say: (line: string) => void): Promise<void> {
  for (const node of fleet.nodes) {
    await mend(fleet, node)
    const stopped = continueStopped(fleet, node)
    if (stopped > 0) say(`${stopped} stopped processes of ${fleet.nodeName(node)} go on`)
    removeFiller(fleet, node)
  }
  for (const node of fleet.nodes) {
    if (await answers(fleet, node)) continue
    say(`${fleet.nodeName(node)} is started`)
    await run('bootstrap/node', ['start', String(node), '--fleet', fleet.name])
  }
  const nomad = Api.nomad(fleet)
  for (const { ID, SchedulingEligibility } of await nomad.get<NodeStub[]>('/nodes'))
    if (SchedulingEligibility !== 'eligible')
      await nomad.send('POST', `/node/${ID}/eligibility`, { Eligibility: 'eligible' })
}

async function answers(fleet: Fleet, node: number): Promise<boolean> {
  if (!existsSync(fleet.dockerSocket(node))) return false
  const asked = [Api.nomad(fleet), Api.consul(fleet)].map((api) => api.sendTo(node, 'GET', '/status/leader'))
  return (await Promise.allSettled(asked)).every(({ status }) => status === 'fulfilled')
}
