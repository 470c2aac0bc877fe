import type { ApiJob, Engine, Plan } from 'nomad-engine'
import { cpuMs } from './cpu'

export interface Result {
  readonly result: string
  readonly cpu: string
}

export interface Measurement {
  readonly what: string
  readonly target: string
  /** Worth running natively as well. */
  readonly native?: boolean
  readonly workers?: number
  /** @default - the engine's own limit */
  readonly memoryMb?: number
  run(engine: Engine): Promise<Result>
}

export const measurements: Readonly<Record<string, Measurement>> = {
  first: {
    what: 'first answer after start (load, compile, parse, validate)',
    target: '-',
    run: (engine) => each(1, 0, (i) => engine.check(hcl(i))),
  },
  one: {
    what: 'parse + validate one job, warm, median of 100',
    target: '60 ms',
    native: true,
    run: (engine) => each(100, 20, (i) => engine.check(hcl(i))),
  },
  parse: {
    what: 'parse one job with the small module, warm, median of 100',
    target: '-',
    run: (engine) => each(100, 20, (i) => engine.parse(hcl(i))),
  },
  thousand: {
    what: 'parse + validate 1,000 jobs, 2 workers',
    target: '-',
    workers: 2,
    run: (engine) => whole(() => Promise.all(Array.from({ length: 1000 }, (_, i) => engine.check(hcl(i))))),
  },
  plan: {
    what: 'plan 5,000 allocations of 50 jobs on 200 nodes',
    target: '10 s, 400 MB',
    native: true,
    run: (engine) => plan(engine, 200, 50, 100),
  },
  planOne: {
    what: 'plan 5,000 allocations of one job on 200 nodes',
    target: '10 s, 400 MB',
    native: true,
    run: (engine) => plan(engine, 200, 1, 5000),
  },
  large: {
    what: 'plan 10,000 allocations of 100 jobs on 5,000 nodes',
    target: 'no crash',
    native: true,
    memoryMb: 4096,
    run: (engine) => plan(engine, 5000, 100, 100),
  },
}

async function plan(engine: Engine, nodes: number, jobs: number, count: number): Promise<Result> {
  // Not parsed: the parser's memory is not the plan's.
  const list = Array.from({ length: jobs }, (_, i) => apiJob(i, count))
  let result: Plan | undefined
  const time = await whole(async () => {
    result = await engine.plan({ nodes: [{ cpu: 16_000, memory: 16_384, count: nodes }] }, list, { noDiff: true })
  })
  const placed = result?.jobs.reduce((sum, job) => sum + job.placements.length, 0)
  if (placed !== jobs * count) throw new Error(`${placed} placed instead of ${jobs * count}`)
  return time
}

function hcl(number: number): string {
  return `job "web-${number}" {
  datacenters = ["dc1"]
  group "web" {
    count = 2
    network {
      mode = "bridge"
      port "http" {
        to = 8080
      }
    }
    service {
      name = "web-${number}"
      port = "http"
      check {
        type     = "http"
        path     = "/health"
        interval = "10s"
        timeout  = "2s"
      }
    }
    task "server" {
      driver = "docker"
      config {
        image = "web:1.2.${number}"
        ports = ["http"]
      }
      env {
        PORT = "8080"
      }
      template {
        destination = "local/config.json"
        data        = "{\\"node\\": \\"{{ env \\"node.unique.name\\" }}\\"}"
      }
      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
`
}

/** What `hcl` is as Nomad's API has it. */
function apiJob(number: number, count: number): ApiJob {
  const check = { Type: 'http', Path: '/health', Interval: 10_000_000_000, Timeout: 2_000_000_000 }
  const task = {
    Name: 'server',
    Driver: 'docker',
    Config: { image: `web:1.2.${number}`, ports: ['http'] },
    Env: { PORT: '8080' },
    Templates: [{ DestPath: 'local/config.json', EmbeddedTmpl: '{"node": "{{ env "node.unique.name" }}"}' }],
    Resources: { CPU: 100, MemoryMB: 128 },
  }
  const group = {
    Name: 'web',
    Count: count,
    Networks: [{ Mode: 'bridge', DynamicPorts: [{ Label: 'http', To: 8080 }] }],
    Services: [{ Name: `web-${number}`, PortLabel: 'http', Checks: [check] }],
    Tasks: [task],
  }
  return { ID: `web-${number}`, Name: `web-${number}`, Datacenters: ['dc1'], TaskGroups: [group] }
}

interface Time {
  readonly ms: number
  readonly cpu: number
}

async function timed(work: () => Promise<unknown>): Promise<Time> {
  const [start, cpu] = [performance.now(), cpuMs()]
  await work()
  return { ms: performance.now() - start, cpu: cpuMs() - cpu }
}

async function whole(work: () => Promise<unknown>): Promise<Result> {
  const { ms, cpu } = await timed(work)
  return { result: seconds(ms), cpu: seconds(cpu) }
}

/** One call after another: the median of some, after others that don't count. */
async function each(count: number, before: number, call: (number: number) => Promise<unknown>): Promise<Result> {
  for (let i = 0; i < before; i++) await call(i)
  const times: Time[] = []
  for (let i = 0; i < count; i++) times.push(await timed(() => call(i)))
  return { result: milliseconds(median(times.map(({ ms }) => ms))), cpu: milliseconds(median(times.map((t) => t.cpu))) }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`
const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`
