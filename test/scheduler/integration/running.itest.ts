import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type ApiJob, Engine } from 'nomad-engine'
import { clusterFromNomad, howManyMore, minnowboards, plan } from '../../../scheduler/placement'
import { expand } from '../../../scheduler/placement/node-view'
import { nomadBinary, type Server, startServer } from '../../engine/integration/server'

const simnodes = join(__dirname, '../../../engine/artifacts/simnodes')

interface Allocation {
  readonly JobID: string
  readonly NodeID: string
  readonly DesiredStatus: string
}

const job = (ID: string, memory: number, more: object = {}, group: object = {}): ApiJob => ({
  ID,
  Name: ID,
  Type: 'service',
  Datacenters: ['*'],
  TaskGroups: [
    {
      Name: ID,
      Count: 1,
      ...group,
      Tasks: [{ Name: 't', Driver: 'docker', Config: { image: 'x' }, Resources: { CPU: 100, MemoryMB: memory } }],
    },
  ],
  ...more,
})

const alone = { Constraints: [{ Operand: 'distinct_hosts', RTarget: 'true' }] }

/** Nodes that don't exist, on a server that does: what the planner foretells is what the server then does. */
describe('a running cluster', function () {
  this.timeout(180_000)
  const engine = new Engine()
  let server: Server
  let registered: readonly { readonly ID: string; readonly Name: string; readonly [field: string]: unknown }[]

  before(async () => {
    const binary = nomadBinary()
    if (binary === undefined) throw new Error('no Nomad to ask: set NOMAD_BIN, or run bootstrap/up once')
    if (!existsSync(simnodes)) throw new Error(`${simnodes} is missing: npm run build:go -w engine -- --simnodes`)
    server = await startServer(binary)
    const nodes = await expand(minnowboards(4).nodes, engine)
    registered = nodes.map((node) => ({ ...node, SecretID: randomUUID() }))
    const input = JSON.stringify({ rpc: server.rpc, nodes: registered })
    const { status, stderr } = spawnSync(simnodes, { input, encoding: 'utf8' })
    if (status !== 0) throw new Error(`simnodes: ${stderr}`)
    for (const one of [
      job('ring', 900, { Type: 'system', Priority: 75 }),
      job('db', 330, { Priority: 80 }, { Count: 3, ...alone }),
      // without deployments: nobody says that these are healthy, and a deployment that goes on would hold scaling up
      job('web', 148, { Update: { MaxParallel: 0 } }, { Count: 5 }),
      job('wide', 100, { Namespace: 'default' }, { Count: 4, ...alone }),
      job('later', 600, { Type: 'batch', ParameterizedJob: { Payload: 'forbidden' } }),
    ]) {
      await ask('/v1/jobs', { Job: one })
    }
    await settled()
  })
  after(async () => {
    await server?.stop()
    await engine.close()
  })

  async function ask<T>(path: string, body?: unknown): Promise<T> {
    const init = body === undefined ? {} : { method: 'PUT', body: JSON.stringify(body) }
    const response = await fetch(server.address + path, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  async function settled(): Promise<void> {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
      if ((await ask<unknown[]>('/v1/evaluations?status=pending')).length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('evaluations are pending after 60 s')
  }

  /** How many of each job hold a place on these nodes. */
  async function held(nodes: readonly string[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { JobID, NodeID, DesiredStatus } of await ask<Allocation[]>('/v1/allocations')) {
      if (DesiredStatus === 'run' && nodes.includes(NodeID)) counts[JobID] = (counts[JobID] ?? 0) + 1
    }
    return counts
  }

  const all = () => registered.map(({ ID }) => ID)

  it('is shown as it is', async () => {
    const report = await plan([], await clusterFromNomad({ address: server.address, token: '' }), { engine })
    expect(report.fits).to.equal(true)
    const counts = report.jobs.flatMap(({ job: id, groups }) => groups.map(({ placed }) => [id, placed]))
    expect(Object.fromEntries(counts)).to.deep.equal(await held(all()))
    expect(report.nodes.map(({ memory }) => memory.total)).to.deep.equal([1728, 1728, 1728, 1728])
    const used = report.nodes.reduce((sum, { memory }) => sum + memory.used, 0)
    expect(used).to.equal(4 * 900 + 3 * 330 + 5 * 148 + 4 * 100)
  })

  it('is told where an update ends, though Nomad goes there step by step', async () => {
    const cluster = await clusterFromNomad({ address: server.address, token: '' })
    const larger = (memory: number) =>
      plan([job('db', memory, { Priority: 80 }, { Count: 3, ...alone })], cluster, { engine })
    const [before, now] = [await plan([], cluster, { engine }), await larger(340)]
    const used = (report: typeof now) => report.nodes.reduce((sum, { memory }) => sum + memory.used, 0)
    expect([now.fits, used(now) - used(before)]).to.deep.equal([true, 3 * 10])
    const much = await larger(900)
    expect(much.missing.map(({ job: id, count }) => [id, count])).to.deep.equal([['db', 3]])
    expect(much.missing[0]?.shortages[0]?.asked.memory).to.equal(900)
    const [asked] = (await larger(340)).jobs.filter(({ job: id }) => id === 'db')
    expect(asked?.groups[0]).to.include({ wanted: 3, placed: 3 })
  })

  it('takes as many more as the planner says, and not one more', async () => {
    const cluster = await clusterFromNomad({ address: server.address, token: '' })
    const web = cluster.jobs?.find(({ ID }) => ID === 'web')
    const more = await howManyMore(web ? [web] : [], cluster, { engine, job: 'web' })
    expect(more).to.be.within(1, 30)
    const scaled = async (count: number) => {
      await ask('/v1/job/web/scale', { Count: count, Target: { Group: 'web' } })
      await settled()
      return (await held(all()))['web']
    }
    expect(await scaled(5 + more)).to.equal(5 + more)
    expect(await scaled(6 + more)).to.equal(5 + more)
    expect(await scaled(5)).to.equal(5)
  })

  it('loses a node as the planner foretold', async () => {
    const cluster = await clusterFromNomad({ address: server.address, token: '' })
    const report = await plan([], cluster, { engine, losing: 1 })
    // `wide` wants four nodes: without one, whichever it is, one of it has no place
    expect(report.fits).to.equal(false)
    const worst = report.losing?.worst
    const [name] = worst?.nodes ?? []
    const [gone, rest] = [
      registered.filter(({ Name }) => Name === name),
      registered.filter(({ Name }) => Name !== name),
    ]
    const missing = Object.fromEntries((worst?.missing ?? []).map(({ job: id, count }) => [id, count]))
    expect(missing).to.deep.include({ wide: 1 }).and.not.to.have.property('ring')

    for (const { ID } of gone) await ask(`/v1/node/${ID}/purge`, {})
    await settled()
    const left = await held(rest.map(({ ID }) => ID))
    expect(left).to.deep.equal({
      ring: 3,
      db: 3 - (missing['db'] ?? 0),
      web: 5 - (missing['web'] ?? 0),
      wide: 3,
    })
    const again = await plan([], await clusterFromNomad({ address: server.address, token: '' }), { engine })
    expect(Object.fromEntries(again.missing.map(({ job: id, count }) => [id, count]))).to.deep.equal(missing)
    expect(again.missing.find(({ job: id }) => id === 'wide')?.filteredBy).to.deep.equal({ distinct_hosts: 3 })
    expect(again.nodes.map((node) => node.name)).to.have.members(rest.map(({ Name }) => Name))
  })
})
