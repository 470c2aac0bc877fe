import type { ApiJob, Engine, Plan } from 'nomad-engine'

export interface Measurement {
  readonly what: string
  readonly target: string
  /** Worth running natively as well. */
  readonly native?: boolean
  readonly workers?: number
  run(engine: Engine): Promise<string>
}

export const measurements: Readonly<Record<string, Measurement>> = {
  first: {
    what: 'first answer after start (load, compile, parse, validate)',
    target: '-',
    run: async (engine) => milliseconds(await timed(() => engine.check(hcl(0)))),
  },
  one: {
    what: 'parse + validate one job, warm, median of 100',
    target: '60 ms',
    run: async (engine) => {
      for (let i = 0; i < 20; i++) await engine.check(hcl(i))
      const times = []
      for (let i = 0; i < 100; i++) times.push(await timed(() => engine.check(hcl(i))))
      return milliseconds(median(times))
    },
  },
  parse: {
    what: 'parse one job with the small module, warm, median of 100',
    target: '-',
    run: async (engine) => {
      for (let i = 0; i < 20; i++) await engine.parse(hcl(i))
      const times = []
      for (let i = 0; i < 100; i++) times.push(await timed(() => engine.parse(hcl(i))))
      return milliseconds(median(times))
    },
  },
  thousand: {
    what: 'parse + validate 1,000 jobs, 2 workers',
    target: '-',
    workers: 2,
    run: async (engine) => {
      const all = async () => await Promise.all(Array.from({ length: 1000 }, (_, i) => engine.check(hcl(i))))
      return seconds(await timed(all))
    },
  },
  plan: {
    what: 'plan 5,000 allocations (50 jobs) on 200 nodes',
    target: '10 s, 400 MB',
    native: true,
    run: (engine) => plan(engine, 200, 50, 100),
  },
  large: {
    what: 'plan 10,000 allocations (100 jobs) on 5,000 nodes',
    target: 'no crash',
    native: true,
    run: (engine) => plan(engine, 5000, 100, 100),
  },
}

async function plan(engine: Engine, nodes: number, jobs: number, count: number): Promise<string> {
  const list: ApiJob[] = []
  for (let i = 0; i < jobs; i++) {
    const parsed = await engine.parse(hcl(i, count))
    if (!parsed.ok) throw new Error(parsed.error)
    list.push(parsed.job)
  }
  let result: Plan | undefined
  const time = await timed(async () => {
    result = await engine.plan({ nodes: [{ cpu: 16_000, memory: 16_384, count: nodes }] }, list, { noDiff: true })
  })
  const placed = result?.jobs.reduce((sum, job) => sum + job.placements.length, 0)
  if (placed !== jobs * count) throw new Error(`${placed} placed instead of ${jobs * count}`)
  return seconds(time)
}

function hcl(number: number, count = 2): string {
  return `job "web-${number}" {
  datacenters = ["dc1"]
  group "web" {
    count = ${count}
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`
const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`
