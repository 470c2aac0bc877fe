import { spawn } from 'node:child_process'
import { containerOf } from '../fleet/docker'
import { JOB } from '../fleet/group'
import { until } from '../fleet/run'
import type { Fault, Scene } from './scene'

interface NodeStub {
  readonly ID: string
  readonly Name: string
}

interface Deployment {
  readonly ID: string
  readonly JobVersion: number
  readonly Status: string
  readonly StatusDescription: string
}

interface Job {
  Meta: Record<string, string> | null
  Version: number
  readonly TaskGroups: { Count: number }[]
}

/** Changes the running job and waits until Nomad has rolled it out. */
async function deploy(scene: Scene, change: (job: Job) => void): Promise<void> {
  const { nomad } = scene.group
  const job = await nomad.get<Job>(`/job/${JOB}`)
  change(job)
  const { JobModifyIndex } = await nomad.send<{ JobModifyIndex: number }>('POST', '/jobs', { Job: job })
  scene.note(`job ${JOB} registered again (index ${JobModifyIndex})`)
  await until(
    'the deployment to end',
    600,
    async () => {
      const now = await nomad.get<Job>(`/job/${JOB}`)
      const found = await nomad.get<Deployment | null>(`/job/${JOB}/deployment`)
      if (!found || found.JobVersion !== now.Version) return undefined
      if (found.Status === 'failed') throw new Error(`the deployment failed: ${found.StatusDescription}`)
      return found.Status === 'successful'
    },
    1,
  )
}

/** The group's size as the stack sets it: the agents' variable first, then the job. */
async function scale(scene: Scene, count: number): Promise<void> {
  const path = `nomad/jobs/${JOB}`
  const items = { instances: String(count) }
  await scene.group.nomad.send('PUT', `/var/${path}`, { Path: path, Items: items })
  await deploy(scene, (job) => {
    for (const group of job.TaskGroups) group.Count = count
  })
  await until(`a whole group of ${count}`, 300, () => scene.group.whole(), 0.5)
  scene.note(`${count} instances, all of them take part`)
}

/** The agent's own command, inside its task, as the Nomad action runs it. */
export async function agentCommand(scene: Scene, words: readonly string[]): Promise<string> {
  const { fleet, primary } = scene
  const id = await containerOf(fleet, primary.node, 'agent', primary.allocation)
  const args = ['-H', `unix://${fleet.dockerSocket(primary.node)}`, 'exec', id, 'mysql-agent', ...words]
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`mysql-agent ${words.join(' ')}: ${printed}`)),
    )
  })
}

/** What people do to a group that works. */
export const operations: readonly Fault[] = [
  {
    name: 'switchover',
    what: 'the primary is moved on request',
    target: 1,
    run: async (scene) => {
      const help = await agentCommand(scene, ['--help'])
      const verb = help.includes('mysql-agent switchover') ? 'switchover' : 'promote'
      const printed = await agentCommand(scene, [verb])
      scene.note(`${verb}: ${printed.trim().split('\n').join('; ')}`)
      await scene.writing(20)
      if ((await scene.group.recorded()) === scene.primary.name) throw new Error('the primary was not moved')
    },
  },
  {
    name: 'rolling-update',
    what: 'the job is deployed again with a change that replaces every instance',
    atMost: 2,
    run: async (scene) => {
      await deploy(scene, (job) => (job.Meta = { ...job.Meta, drill: new Date().toISOString() }))
      await scene.writing(20)
    },
  },
  {
    name: 'drain',
    what: "the primary's node is drained, and takes work again",
    atMost: 2,
    run: async (scene) => {
      const { group, primary } = scene
      const stub = (await group.nomad.get<NodeStub[]>('/nodes')).find(({ Name }) => Name === primary.name)
      if (!stub) throw new Error(`Nomad has no node ${primary.name}`)
      scene.onHeal(() => group.nomad.send('POST', `/node/${stub.ID}/eligibility`, { Eligibility: 'eligible' }))
      await group.nomad.send('POST', `/node/${stub.ID}/drain`, {
        DrainSpec: { Deadline: 180_000_000_000, IgnoreSystemJobs: true },
      })
      scene.note(`${primary.name} drains`)
      await until(
        'the instance to leave its node',
        240,
        async () => {
          const instances = await group.instances()
          return instances.every(({ node }) => node !== primary.node) && instances.length === (await group.count())
        },
        1,
      )
      await scene.writing(20)
    },
  },
  {
    name: 'scale',
    what: 'three instances become five, and three again',
    atMost: 1,
    impossible: ({ nodes }) => (nodes.length < 5 ? 'it needs five nodes' : undefined),
    run: async (scene) => {
      const before = await scene.group.count()
      scene.onHeal(async () => {
        if ((await scene.group.count()) !== before) await scale(scene, before)
      })
      await scale(scene, 5)
      await scene.pause(5)
      await scale(scene, before)
      await scene.writing(20)
    },
  },
]
