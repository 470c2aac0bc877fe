import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { App, TerraformStack } from 'cdktf'
import { Check, Cpu, Docker, Duration, Job, Memory, Update } from 'nomad-constructs'

const app = new App()
const stack = new TerraformStack(app, 'site')
new NomadProvider(stack, 'nomad', { address: process.env.NOMAD_ADDR ?? 'http://127.0.0.1:4646' })

const web = new Job(stack, 'web', { update: Update.rolling({ autoRevert: true }) })
const group = web.addGroup('web', { count: 2 })
const http = group.addPort('http', { to: 80 })

group.addTask('nginx', {
  driver: Docker.image('nginx:1.27', { ports: [http] }),
  resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(64) },
})
group.addService('web', {
  port: http,
  provider: 'nomad',
  checks: [Check.http('/', { every: Duration.seconds(5), timeout: Duration.seconds(2) })],
})

app.synth()
