import { type Construct } from 'constructs'
import { Check, Cpu, Docker, Duration, Job, Memory, Network, Update } from '../../nomad'

const check = { every: Duration.seconds(5), timeout: Duration.seconds(1) }

/** A small service job as people have many of: one task with a port, an environment, limits, a service and its check. */
export function smallJob(scope: Construct, n: number): Job {
  const name = `service-${n}`
  const job = new Job(scope, name, {
    update: Update.rolling({ maxParallel: 1, autoRevert: true }),
    meta: { owner: 'team' },
  })
  const group = job.addGroup('web', { count: 2, network: Network.bridge() })
  const http = group.addPort('http', { to: 8080 })
  group.addService(name, { port: http, tags: ['public', `n-${n}`], checks: [Check.http('/health', check)] })
  group.addTask('server', {
    driver: Docker.image(`registry.example.com/${name}:1.${n}`, { args: ['--port', http.port] }),
    resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(128) },
    env: { LOG_LEVEL: 'info', SERVICE: name },
    killTimeout: Duration.seconds(20),
  })
  return job
}
