import { expect } from 'chai'
import { HOST_VOLUMES, NODE_CPU_MHZ, nomadConfig, RESERVED } from '../../bootstrap/fleet/config/nomad.js'
import { NODE_MEMORY_MB } from '../../bootstrap/fleet/cgroup.js'
import { Cpu, Memory, Size } from '../../nomad'
import { minnowboards, nodes, PlannerError } from '../../scheduler/placement'
import { capacityOf, expand } from '../../scheduler/placement/node-view'
import { FirstFit } from './support'

const small = { cpu: Cpu.mhz(1000), memory: Memory.mebibytes(512) }

describe('nodes that need not exist', () => {
  it('are as many as one says, with names of their own', () => {
    const { nodes: made } = nodes(2, {
      ...small,
      name: 'pi',
      disk: Size.gibibytes(8),
      datacenter: 'attic',
      nodePool: 'slow',
      nodeClass: 'arm',
      meta: (n) => ({ shelf: String(n) }),
      hostVolumes: ['data'],
    })
    expect(made.map(({ name, meta }) => [name, meta])).to.deep.equal([
      ['pi-1', { shelf: '1' }],
      ['pi-2', { shelf: '2' }],
    ])
    expect(made[1]).to.deep.include({
      cpu: 1000,
      memory: 512,
      disk: 8192,
      datacenter: 'attic',
      pool: 'slow',
      class: 'arm',
    })
    expect(nodes(1, { ...small, meta: { rack: 'a' } }).nodes[0]?.meta).to.deep.equal({ rack: 'a' })
  })

  it('are refused where there can be no such', () => {
    for (const count of [0, 1.5, -1, 10_001]) expect(() => nodes(count, small)).to.throw(PlannerError, String(count))
    expect(() => nodes(1, { ...small, cpu: Cpu.cores(2) })).to.throw(
      PlannerError,
      /given {4}Cpu\.cores\(2\)[\s\S]+allowed[\s\S]+do {7}write \{ cpu: Cpu\.mhz\(2000\), cores: 2 \}/,
    )
  })
})

describe('minnowboards', () => {
  it('are the nodes of a fleet of bootstrap/up', () => {
    const made = minnowboards(5).nodes
    expect(made).to.have.length(5)
    for (const node of made) {
      expect(node).to.deep.include({ cpu: NODE_CPU_MHZ, memory: NODE_MEMORY_MB, cores: 2 })
      expect(node.reserved).to.deep.equal(RESERVED)
      expect(node.hostVolumes).to.deep.equal(HOST_VOLUMES)
    }
    const fleet = {
      description: { name: 'x', nodes: 5, tools: {} },
      secrets: {},
      paths: { node: () => ({ nomad: '', volumes: '' }) },
    }
    const addresses = { node: () => '', nodeName: () => '' }
    const metas = made.map((_, index) => {
      const { client } = nomadConfig({ ...fleet, addresses } as unknown as Parameters<typeof nomadConfig>[0], index + 1)
      const { mysql } = (client as { meta: Record<string, string> }).meta
      return mysql === undefined ? {} : { mysql }
    })
    expect(made.map(({ meta }) => meta)).to.deep.equal(metas)
  })

  it('leave 2400 MHz and 1728 MB for jobs', async () => {
    const [node] = await expand(minnowboards(1).nodes, new FirstFit())
    expect(node && capacityOf(node)).to.include({ cpu: 2400, memory: 1728 })
  })

  it('can be a little different', () => {
    expect(minnowboards(1, { memory: Memory.gibibytes(4) }).nodes[0]).to.deep.include({ memory: 4096, cpu: 2660 })
  })
})

describe('the capacity of a node of the API', () => {
  it('is that of its cores where nothing overrides it', () => {
    const Cores = [
      { ID: 0, BaseSpeed: 1000, MaxSpeed: 3000 },
      { ID: 1, BaseSpeed: 0, MaxSpeed: 2000 },
      { ID: 2, GuessSpeed: 500, Disable: true },
    ]
    const node = {
      ID: 'a',
      Name: 'a',
      Status: 'ready',
      SchedulingEligibility: 'eligible',
      NodeResources: { Processors: { Topology: { Cores, OverrideTotalCompute: 0 } }, Memory: { MemoryMB: 100 } },
      ReservedResources: { Cpu: { CpuShares: 100 }, Memory: { MemoryMB: 10 }, Disk: { DiskMB: 0 } },
    }
    expect(capacityOf(node)).to.deep.equal({ cpu: 3400, memory: 90, disk: 0 })
  })
})
