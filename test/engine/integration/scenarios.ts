import type { ApiJob, ShortNode } from 'nomad-engine'

/** A cluster, and jobs that are registered one after another. */
export interface Scenario {
  readonly name: string
  readonly pool: string
  readonly algorithm: 'binpack' | 'spread'
  readonly nodes: readonly ShortNode[]
  readonly jobs: readonly ApiJob[]
}

type Pick = (below: number) => number

/** A scenario of its own node pool, so that many can share a server. */
export function scenario(number: number, pick: Pick): Scenario {
  const pool = `s${number}`
  const size = number % 10 === 9 ? 100 + pick(101) : 3 + pick(30)
  const nodes = Array.from({ length: size }, (_, index): ShortNode => {
    const cpu = 1000 * (1 + pick(4))
    return {
      name: `${pool}-n${index + 1}`,
      cpu,
      memory: 1024 * (1 + pick(4)),
      cores: cpu / 1000,
      pool,
      class: ['', 'small', 'large'][pick(3)],
      datacenter: ['dc1', 'dc1', 'dc2'][pick(3)],
      meta: { rack: `r${pick(4)}`, tier: String(pick(3)) },
      attributes: { 'os.version': String(10 + pick(3)) },
      drivers: pick(10) === 0 ? ['exec'] : undefined,
      hostVolumes: pick(3) === 0 ? ['data'] : [],
      reservedPorts: pick(6) === 0 ? '8080' : undefined,
      devices: pick(5) === 0 ? [{ vendor: 'nvidia', type: 'gpu', name: 'x', count: 2 }] : undefined,
      eligible: pick(12) !== 0,
    }
  })
  const types = ['service', 'service', 'batch', 'system', 'sysbatch', 'service']
  const count = 2 + pick(4)
  const jobs = Array.from({ length: count }, (_, index) => {
    const last = index === count - 1
    return job(`${pool}-j${index}`, pool, types[pick(types.length)] ?? 'service', last ? 90 : 20 + pick(40), size, pick)
  })
  // A second version of the first job, now and then.
  const first = jobs[0]
  if (first && pick(3) === 0)
    jobs.push(job(`${pool}-j0`, pool, String(first['Type']), Number(first['Priority']), size, pick))
  return {
    name: `${number}: ${size} nodes, ${jobs.length} jobs`,
    pool,
    algorithm: number % 4 === 3 ? 'spread' : 'binpack',
    nodes,
    jobs,
  }
}

function job(id: string, pool: string, type: string, priority: number, size: number, pick: Pick): ApiJob {
  const everywhere = type === 'system' || type === 'sysbatch'
  const some = <T>(one: number, value: () => T): T[] => (pick(one) === 0 ? [value()] : [])
  const constraints = [
    ...some(4, () => ({ LTarget: '${meta.rack}', RTarget: `r${pick(4)}`, Operand: '!=' })),
    ...some(5, () => ({ LTarget: '${attr.os.version}', RTarget: '>= 11', Operand: 'version' })),
    ...some(8, () => ({ LTarget: '${node.class}', RTarget: 'large', Operand: '=' })),
    ...some(12, () => ({ LTarget: '${node.datacenter}', RTarget: '^dc', Operand: 'regexp' })),
    ...(everywhere ? [] : some(5, () => ({ Operand: 'distinct_hosts', RTarget: 'true' }))),
    ...(everywhere
      ? []
      : some(6, () => ({ Operand: 'distinct_property', LTarget: '${meta.rack}', RTarget: String(1 + pick(3)) }))),
  ]
  const affinities = everywhere
    ? []
    : some(3, () => ({
        LTarget: '${meta.tier}',
        RTarget: String(pick(3)),
        Operand: '=',
        Weight: [-50, 30, 100][pick(3)],
      }))
  const spreads = everywhere
    ? []
    : some(4, () => ({
        Attribute: '${meta.rack}',
        Weight: 50 + pick(50),
        SpreadTarget: pick(2)
          ? []
          : [
              { Value: 'r1', Percent: 60 },
              { Value: 'r2', Percent: 40 },
            ],
      }))
  const port = pick(3)
  return {
    ID: id,
    Name: id,
    Type: type,
    Priority: priority,
    NodePool: pool,
    Datacenters: [['*'], ['dc1'], ['dc1', 'dc2']][pick(3)],
    Constraints: constraints,
    Affinities: affinities,
    Spreads: spreads,
    TaskGroups: [
      {
        Name: 'g',
        Count: everywhere ? 1 : 1 + pick(Math.min(size * 2, 60)),
        EphemeralDisk: { SizeMB: [300, 10_000, 40_000][pick(3)] },
        Networks: [
          {
            Mode: ['host', 'bridge'][pick(2)],
            DynamicPorts: port === 1 ? [{ Label: 'a', To: 80 }] : [],
            ReservedPorts: port === 2 ? [{ Label: 'http', Value: 8080 }] : [],
          },
        ],
        Volumes: Object.fromEntries(some(6, () => ['data', { Name: 'data', Type: 'host', Source: 'data' }])),
        Tasks: [
          {
            Name: 't',
            Driver: pick(3) === 0 ? 'docker' : 'exec',
            Config: { command: '/bin/true', image: 'x' },
            Resources: {
              ...(pick(8) === 0 ? { Cores: 1 } : { CPU: 100 * (1 + pick(15)) }),
              MemoryMB: 64 * (1 + pick(16)),
              Devices: some(10, () => ({ Name: 'nvidia/gpu', Count: 1 })),
            },
          },
        ],
      },
    ],
  }
}
