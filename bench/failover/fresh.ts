import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { JOB, Group } from './fleet/group'
import type { Fleet } from './fleet/fleet'
import { nodesWithOwnDisk } from './faults/disk'
import { until } from './fleet/run'

interface Job {
  readonly TaskGroups: { Count: number }[]
}

interface Allocation {
  readonly ClientStatus: string
}

/**
 * Starts the group as on a new cluster: stops the job, removes its data from all nodes and its keys from Consul, and registers it with
 * this many instances. All MySQL data of the fleet is lost.
 *
 * @returns seconds from the registration to a whole group
 */
export async function freshStart(fleet: Fleet, instances: number, say: (line: string) => void): Promise<number> {
  const group = new Group(fleet)
  const job = await group.nomad.get<Job>(`/job/${JOB}`)
  await group.nomad.send('DELETE', `/job/${JOB}`)
  await until('the job to stop', 180, async () => {
    const all = await group.nomad.get<Allocation[]>(`/job/${JOB}/allocations`)
    return all.every(({ ClientStatus }) => !['running', 'pending'].includes(ClientStatus))
  })
  for (const node of fleet.nodes) emptyVolume(fleet, node)
  await group.consul.send('DELETE', '/kv/shoal/mysql?recurse=true')
  say(
    `the job has stopped, its data and keys are gone${nodesWithOwnDisk(fleet).length > 0 ? ' (small disks stay)' : ''}`,
  )

  const path = `nomad/jobs/${JOB}`
  await group.nomad.send('PUT', `/var/${path}`, { Path: path, Items: { instances: String(instances) } })
  for (const one of job.TaskGroups) one.Count = instances
  const begun = performance.now()
  await group.nomad.send('POST', '/jobs', { Job: { ...job, Stop: false } })
  await until(`a whole group of ${instances}`, 400, () => group.whole(), 0.5)
  const seconds = (performance.now() - begun) / 1000
  say(`fresh start of ${instances}: whole after ${seconds.toFixed(1)} s`)
  return seconds
}

function emptyVolume(fleet: Fleet, node: number): void {
  const volume = join(fleet.folder(node), 'volumes', 'mysql')
  for (const name of readdirSync(volume)) rmSync(join(volume, name), { recursive: true, force: true })
}
