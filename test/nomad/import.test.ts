import { expect } from 'chai'
import { renderJson, type ValueObject } from '../../nomad/hcl'
import { importJob, type ImportOptions, JobFileError, type JobParser, type ParserOptions } from '../../nomad/import'
import type { JobSpec } from '../../nomad/spec'

type Variables = Readonly<Record<string, string>>

/** A parser that knows what a job is, given its variables. */
function parserOf(spec: (variables: Variables) => JobSpec, defaults: Variables = {}): JobParser {
  return {
    parse: (_: string, options: ParserOptions) => {
      const given = (options.varArgs ?? []).map((arg) => arg.split(/=(.*)/s).slice(0, 2) as [string, string])
      const job = renderJson(spec({ ...defaults, ...Object.fromEntries(given) }) as unknown as ValueObject)
      return Promise.resolve({ ok: true as const, job })
    },
  }
}

async function written(hcl: string, spec: JobSpec, options: Partial<ImportOptions> = {}): Promise<string> {
  return (await importJob(hcl, { parser: parserOf(() => spec), ...options })).code
}

describe('import', () => {
  it('writes a class for a job that has only what it needs', async () => {
    const code = await written('job "tiny" {\n  group "g" {\n    task "t" {\n      driver = "exec"\n    }\n  }\n}\n', {
      id: 'tiny',
      group: [{ name: 'g', task: [{ name: 't', driver: 'exec' }] }],
    })
    expect(code).to.equal(`// From job.nomad.hcl, by nomad-constructs import.
import type { Construct } from 'constructs'
import { Cpu, Driver, Job, Memory } from 'nomad-constructs'

export class Tiny extends Job {
  constructor(scope: Construct, id = 'tiny') {
    super(scope, id, { jobId: 'tiny' })

    const g = this.addGroup('g')

    g.addTask('t', {
      driver: Driver.other('exec'),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(300) },
    })
  }
}
`)
  })

  it("says nothing in addition where it is asked to, and takes the caller's names", async () => {
    const code = await written(
      'job "tiny" {\n  group "g" {\n    restart {\n      attempts = 1\n    }\n    task "t" {\n      driver = "exec"\n    }\n  }\n}\n',
      { id: 'tiny', group: [{ name: 'g', restart: { attempts: 1 }, task: [{ name: 't', driver: 'exec' }] }] },
      { exact: true, className: 'Other', module: '../nomad', path: 'x.hcl' },
    )
    expect(code).to.contain('// From x.hcl, by').and.contain('class Other').and.contain("from '../nomad'")
    expect(code).to.contain('raw: { type: undefined }').and.contain('raw: { restart: { attempts: 1 } }')
    expect(code).to.contain('raw: { resources: undefined }')
  })

  it("writes a periodic job's times as code, of cron and of crons", async () => {
    const times = (periodic: NonNullable<JobSpec['periodic']>, options?: Partial<ImportOptions>) => {
      // which attributes the file sets is seen there, what they are comes from the parser
      const lines = Object.entries(periodic).map(([key, value]) => `    ${key} = ${JSON.stringify(value)}\n`)
      const hcl = `job "tiny" {\n  type = "batch"\n  periodic {\n${lines.join('')}  }\n  group "g" {\n    task "t" {\n      driver = "exec"\n    }\n  }\n}\n`
      const group = [{ name: 'g', task: [{ name: 't', driver: 'exec' }] }]
      return written(hcl, { id: 'tiny', type: 'batch', periodic, group }, options)
    }
    const typed = "periodic: Periodic.cron('@daily', { timeZone: 'Europe/Berlin', prohibitOverlap: true }),"
    const more = { time_zone: 'Europe/Berlin', prohibit_overlap: true }
    expect(await times({ cron: '@daily', ...more })).to.contain(typed)
    expect(await times({ crons: ['@daily'], ...more })).to.contain(typed)
    expect(await times({ crons: ['@daily', '@weekly'] })).to.contain("Periodic.cron(['@daily', '@weekly'])")
    expect(await times({ crons: ['@daily'], ...more }, { exact: true })).to.contain(typed)
    const exact = await times({ cron: '@daily' }, { exact: true })
    expect(exact).to.contain("periodic: Periodic.of({ cron: '@daily' })").and.not.contain('raw: { periodic')
  })

  it('writes everything as a person would', async () => {
    const hcl = `# All rights reserved

# What it is
job "web-shop" {
  type        = "service"
  datacenters = ["dc1"]
  # keep it
  update {
    max_parallel      = 1
    progress_deadline = "5m" # long
    canary            = 1
  }
  group "web" {
    count = 2
    constraint {
      attribute = "\${attr.kernel.name}"
      value     = "linux"
    }
    network {
      mode = "bridge"
      port "http" {
        to = 8080
      }
      port "admin" {}
    }
    volume "data" {
      type   = "host"
      source = "shop"
    }
    restart {
      attempts = 2
    }
    service {
      name = "web"
      port = "http"
      check {
        type     = "http"
        path     = "/health"
        interval = "10s"
        timeout  = "2s"
      }
      connect {
        sidecar_service {}
      }
    }
    task "server" {
      driver = "docker"
      config {
        image = "web:1"
        # published
        ports = ["http"]
        odd   = true
      }
      env {
        PORT = "\${NOMAD_PORT_http}"
        # where
        URL  = "http://\${NOMAD_ADDR_http}/"
      }
      volume_mount {
        volume      = "data"
        destination = "/data"
      }
      template {
        data        = <<EOT
listen {{ env "NOMAD_PORT_http" }}
a \`b\` $\${c}
EOT
        destination = "local/app.conf"
        change_mode = "signal"
        change_signal = "SIGHUP"
      }
      kill_timeout = "30s"
      resources {
        cpu    = 200
        memory = 128
      }
    }
  }
}
`
    const code = await written(hcl, {
      id: 'web-shop',
      type: 'service',
      datacenters: ['dc1'],
      update: { max_parallel: 1, progress_deadline: '5m', canary: 1 },
      group: [
        {
          name: 'web',
          count: 2,
          constraint: [{ attribute: '${attr.kernel.name}', value: 'linux' }],
          network: [{ mode: 'bridge', port: [{ label: 'http', to: 8080 }, { label: 'admin' }] }],
          volume: [{ name: 'data', type: 'host', source: 'shop' }],
          restart: { attempts: 2 },
          service: [
            {
              name: 'web',
              port: 'http',
              check: [{ type: 'http', path: '/health', interval: '10s', timeout: '2s' }],
              connect: { sidecar_service: {} },
            },
          ],
          task: [
            {
              name: 'server',
              driver: 'docker',
              config: { image: 'web:1', ports: ['http'], odd: true },
              env: { PORT: '${NOMAD_PORT_http}', URL: 'http://${NOMAD_ADDR_http}/' },
              volume_mount: [{ volume: 'data', destination: '/data' }],
              template: [
                {
                  data: 'listen {{ env "NOMAD_PORT_http" }}\na `b` ${c}\n',
                  destination: 'local/app.conf',
                  change_mode: 'signal',
                  change_signal: 'SIGHUP',
                },
              ],
              kill_timeout: '30s',
              resources: { cpu: 200, memory: 128 },
            },
          ],
        },
      ],
    })
    expect(code).to.equal(`// From job.nomad.hcl, by nomad-constructs import.
//
// All rights reserved
import type { Construct } from 'constructs'
import {
  Change,
  Check,
  Connect,
  Constraint,
  Cpu,
  Docker,
  Duration,
  Env,
  Job,
  Memory,
  Network,
  Node,
  Restart,
  Template,
  Update,
  VolumeSource,
} from 'nomad-constructs'

// What it is
export class WebShop extends Job {
  constructor(scope: Construct, id = 'web-shop') {
    super(scope, id, {
      jobId: 'web-shop',
      type: 'service',
      datacenters: ['dc1'],
      // keep it
      update: Update.canary(1, {
        maxParallel: 1,
        // long
        progressDeadline: Duration.minutes(5),
      }),
      // Terraform does not wait for the deployment: it waits for somebody to promote the canaries.
      detach: true,
    })

    const web = this.addGroup('web', {
      count: 2,
      network: Network.bridge(),
      restart: Restart.attempts(2),
      constraints: [Constraint.where(Node.attr('kernel.name'), '=', 'linux')],
    })
    const http = web.addPort('http', { to: 8080 })
    web.addPort('admin')
    const data = web.addVolume('data', VolumeSource.host({ source: 'shop' }))

    web.addTask('server', {
      driver: Docker.image('web:1', {
        // published
        ports: [http],
        raw: { odd: true },
      }),
      resources: { cpu: Cpu.mhz(200), memory: Memory.mebibytes(128) },
      env: {
        PORT: Env.port('http'),
        // where
        URL: \`http://\${Env.addr('http')}/\`,
      },
      templates: [Template.raw(appConf, { destination: 'local/app.conf', onChange: Change.signal('SIGHUP') })],
      mounts: [{ volume: data, destination: '/data' }],
      killTimeout: Duration.seconds(30),
    })

    web.addService('web', {
      port: http,
      connect: Connect.sidecar(),
      checks: [Check.http('/health', { every: Duration.seconds(10), timeout: Duration.seconds(2) })],
    })
  }
}

const appConf = \`listen {{ env "NOMAD_PORT_http" }}
a \\\`b\\\` \\\${c}
\`
`)
  })

  it('makes variables properties, where they stand for a text or a number', async () => {
    const hcl = `
# Which one
variable "image" {
  description = "What runs"
  default     = "web:1"
}
variable "count" {
  type    = number
  default = 3
}
variable "who" {}
variable "loud" {
  default = "no"
}
job "j" {
  group "g" {
    count = var.count
    task "t" {
      driver = "docker"
      config {
        image = var.image
      }
      user = var.who
      env {
        A = "\${var.image} by \${var.who}"
        B = upper(var.loud)
      }
    }
  }
}
`
    const spec = (v: Variables): JobSpec => ({
      id: 'j',
      group: [
        {
          name: 'g',
          count: Number(v.count),
          task: [
            {
              name: 't',
              driver: 'docker',
              config: { image: v.image ?? '' },
              user: v.who,
              env: { A: `${v.image} by ${v.who}`, B: (v.loud ?? '').toUpperCase() },
            },
          ],
        },
      ],
    })
    const made = await importJob(hcl, { parser: parserOf(spec, { image: 'web:1', count: '3', loud: 'no' }) })
    expect(made.writtenOut).to.deep.equal(['loud'])
    expect(made.properties.map((p) => [p.variable, p.type, p.initial])).to.deep.equal([
      ['who', 'string', undefined],
      ['image', 'string', 'web:1'],
      ['count', 'number', 3],
    ])
    expect(made.code).to.contain(`export interface JProps {
  readonly who: string
  /** What runs Which one @default 'web:1' */
  readonly image?: string
  /** @default 3 */
  readonly count?: number
}`)
    expect(made.code).to.contain(`constructor(scope: Construct, id = 'j', props: JProps) {
    const { who, image = 'web:1', count = 3 } = props`)
    expect(made.code).to.contain("addGroup('g', { count })").and.contain('Docker.image(image)')
    expect(made.code).to.contain("env: { A: `${image} by ${who}`, B: 'NO' }").and.contain('user: who')
    expect(made.code).to.contain("The variable 'loud' decides more than a value in a place")
  })

  it('falls back to their own names for what no construct can say', async () => {
    const code = await written('job "j" {\n group "g" {\n task "t" {\n driver = "x"\n }\n }\n group "g" {\n }\n}', {
      id: 'j',
      group: [{ name: 'g', task: [{ name: 't', driver: 'x' }] }, { name: 'g' }],
    })
    expect(code).to.contain(`super(scope, id, {
      jobId: 'j',
      raw: { group: [{ name: 'g', task: [{ name: 't', driver: 'x' }] }, { name: 'g' }] },
    })`)
  })

  it('says where a file is wrong', async () => {
    const parser: JobParser = {
      parse: () =>
        Promise.resolve({
          ok: false,
          error: 'all of it',
          diagnostics: [{ summary: 'Bad', detail: 'no such thing', start: { line: 2, column: 3 }, source: '  x {' }],
        }),
    }
    const error = await importJob('job "j" {\n  x {\n}', { parser, path: 'j.hcl' }).catch((e: unknown) => e)
    expect(error).to.be.instanceOf(JobFileError)
    expect(String(error)).to.equal('JobFileError: j.hcl:2:3: Bad\n  no such thing\n  x {')
  })
})
