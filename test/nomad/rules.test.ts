import { expect, use } from 'chai'
import { App, TerraformStack } from 'cdktf'
import {
  Affinity,
  Check,
  Constraint,
  Cpu,
  Docker,
  Driver,
  Duration,
  Env,
  Fleet,
  type Group,
  Job,
  type JobProps,
  Lifecycle,
  Memory,
  Network,
  Node,
  Periodic,
  Policy,
  Reschedule,
  Restart,
  Template,
  Update,
  VolumeSource,
} from '../../nomad'
import { rules } from '../../nomad/validate'
import { nomadJobs } from '../../nomad/testing'
import { minimal, newJob, simpleJob } from './support'

use(nomadJobs)

const times = { every: Duration.seconds(10), timeout: Duration.seconds(1) }

/** A bad job for each rule: what makes a good one bad. */
const bad: Record<string, JobProps | ((group: Group, job: Job) => void)> = {
  'unknown-port': (group) => void group.addService('web', { port: 'nope' }),
  'unknown-docker-port': (group) =>
    void group.addTask('t', { ...minimal, driver: Docker.image('a:1', { ports: ['nope'] }) }),
  'docker-ports-without-effect': (group) => {
    group.addTask('t', {
      ...minimal,
      driver: Docker.image('a:1', { ports: [group.addPort('http')], networkMode: 'host' }),
    })
  },
  'static-port-clash': (group) => {
    group.addPort('a', { static: 80 })
    group.addPort('b', { static: 80 })
  },
  'port-range': (group) => void group.addPort('a', { to: 70000 }),
  'unknown-port-reference': (group) => void group.addTask('t', { ...minimal, env: { A: Env.port('nope') } }),
  'unknown-volume': (group) => void group.allTasks[0]?.mount('data', '/data'),
  'mount-collision': (group) => {
    group.allTasks[0]?.mount(group.addVolume('a'), '/x').mount(group.addVolume('b'), '/x')
  },
  'volume-per-alloc': (group, job) => {
    group.addVolume('a', VolumeSource.host({ perAlloc: true }))
    job.patch({ op: 'add', path: '/type', value: 'system' })
  },
  'service-name': (group) => void group.addService('my_service'),
  'duplicate-service': (group) => {
    group.addService('a')
    group.addService('a')
  },
  'check-without-port': (group) => void group.addService('a', { checks: [Check.tcp(times)] }),
  'check-times': (group) => {
    group.addService('a', {
      port: group.addPort('p'),
      checks: [Check.tcp({ ...times, timeout: Duration.milliseconds(10) })],
    })
  },
  'check-provider': (group) => {
    group.addService('a', { provider: 'nomad', port: group.addPort('p'), checks: [Check.grpc(times)] })
  },
  'mixed-providers': (group) => {
    group.addService('a', { provider: 'nomad' })
    group.addService('b')
  },
  'address-mode': (group) => void group.allTasks[0]?.addService('a', { provider: 'nomad', addressMode: 'driver' }),
  'script-check-task': (group) => void group.addService('a', { checks: [Check.script('/bin/true', times)] }),
  'template-collision': (group) => {
    group.allTasks[0]
      ?.addTemplate(Template.of('', { destination: 'local/a' }))
      .addTemplate(Template.of('', { destination: './local/a' }))
  },
  'template-escapes': (group) => void group.allTasks[0]?.addTemplate(Template.of('', { destination: '../../x' })),
  'unknown-signal': (group) => void group.addTask('t', { ...minimal, killSignal: 'HUP' }),
  'update-type': { type: 'batch', update: Update.rolling() },
  'canary-waits': { update: Update.canary(1) },
  'update-deadlines': { update: Update.rolling({ healthyDeadline: Duration.minutes(20) }) },
  'migrate-type': (_, job) =>
    void job.patch({ op: 'add', path: '/type', value: 'batch' }, { op: 'add', path: '/migrate', value: {} }),
  'reschedule-type': { type: 'system', reschedule: Reschedule.unlimited() },
  'reschedule-attempts': { type: 'batch', raw: { reschedule: { unlimited: true } } },
  'restart-times': (_, job) => {
    job
      .addGroup('g2', { restart: Restart.attempts(10, { interval: Duration.minutes(1), delay: Duration.seconds(30) }) })
      .addTask('t', minimal)
  },
  'kill-timeout': (group) => void group.addTask('t', { ...minimal, killTimeout: Duration.hours(1) }),
  'affinity-in-system': { type: 'system', affinities: [Affinity.where(Node.name, '=', 'a')] },
  'distinct-in-task': (group) => void group.addTask('t', { ...minimal, constraints: [Constraint.distinctHosts()] }),
  'constraint-regexp': { constraints: [Constraint.where(Node.name, 'regexp', '(?=x)')] },
  'memory-max': (group) => {
    group.addTask('t', { ...minimal, resources: { memory: Memory.mebibytes(100), memoryMax: Memory.mebibytes(50) } })
  },
  'resource-minimum': (group) => void group.addTask('t', { ...minimal, resources: { memory: Memory.mebibytes(1) } }),
  'log-disk': (group) => void group.addTask('t', { ...minimal, logs: { maxFiles: 100 } }),
  'image-latest': (group) => void group.addTask('t', { ...minimal, driver: Docker.image('registry:5000/web') }),
  'docker-image': (group) => void group.addTask('t', { ...minimal, driver: Driver.of('docker', {}) }),
  'job-id': { jobId: 'a b' },
  count: (_, job) => void job.addGroup('g', { count: -1 }).addTask('t', minimal),
  'scaling-bounds': (_, job) => void job.addGroup('g', { count: 9, scaling: { max: 3 } }).addTask('t', minimal),
  'one-shot-type': { periodic: Periodic.cron('@daily') },
  cron: { type: 'batch', periodic: Periodic.cron('every day') },
  'dispatch-payload': (group) => void group.addTask('t', { ...minimal, dispatchPayload: 'local/x' }),
  'no-groups': (_, job) => void job.patch({ op: 'replace', path: '/group', value: [] }),
  leaders: (group) => {
    group.addTask('a', { ...minimal, leader: true })
    group.addTask('b', { ...minimal, leader: true })
  },
  'no-main-task': (_, job) => void job.addGroup('g').addTask('t', { ...minimal, lifecycle: Lifecycle.prestart() }),
  'unknown-key': (_, job) => void job.patch({ op: 'add', path: '/group/group/cuont', value: 1 }),
  'value-type': (_, job) => void job.patch({ op: 'add', path: '/priority', value: 'high' }),
  'unwritable-text': { meta: { a: 'nul \0' } },
  'no-check': (group) => void group.addService('a', { port: group.addPort('p') }),
  'shared-host-volume': (_, job) => {
    const group = job.addGroup('g', { count: 2, network: Network.host() })
    group.addVolume('a')
    group.addTask('t', minimal)
  },
}

describe('rules', () => {
  for (const [rule, change] of Object.entries(bad)) {
    it(`find ${rule}`, () => {
      const { job, group } = simpleJob(typeof change === 'function' ? {} : change)
      if (typeof change === 'function') change(group, job)
      expect(job).to.haveFinding(rule)
      const finding = job.findings().find((f) => f.rule === rule)
      expect(finding?.path).to.match(/^stack\/job/)
      expect(finding?.do).not.to.equal('')
    })
  }

  it('report what a patch broke, and read on as far as they can', () => {
    const { job } = simpleJob({ silence: ['nope'] })
    job.patch({ op: 'replace', path: '/group/group/task', value: 'web' }, { op: 'add', path: '/datacenters', value: 7 })
    expect(job).to.haveFinding('value-type')
    expect(job).to.haveFinding('unknown-silence')
    expect(job.findings().filter((f) => f.rule === 'value-type')).to.have.length(2)
  })

  it('have names of their own, and their cases here are rules', () => {
    const names = rules.map((rule) => rule.name)
    expect(new Set(names).size).to.equal(names.length)
    expect(Object.keys(bad).filter((name) => !names.includes(name))).to.deep.equal([])
  })

  it('say four things', () => {
    const job = newJob({}, 'mysql')
    const group = job.addGroup('mysql')
    group.addVolume('mysql-data')
    group.addTask('mysqld', minimal).mount('data', '/var/lib/mysql')
    expect(job).to.haveFinding(
      'unknown-volume',
      `stack/mysql/mysql/mysqld: the mount 'data' names a volume that its group doesn't have [unknown-volume]
  given    mount('data', '/var/lib/mysql')
  allowed  'mysql-data' (group 'mysql')
  do       mount 'mysql-data', or add the volume: group.addVolume('data')`,
    )
  })

  it('can be silenced by name', () => {
    expect(
      simpleJob({ update: Update.canary(1), silence: ['canary-waits', 'no-auto-revert'] }).job.findings(),
    ).to.deep.equal([])
  })
})

describe('Fleet', () => {
  it('holds the jobs below it to its policies', () => {
    const app = new App()
    const job = new Job(new TerraformStack(app, 'stack'), 'job')
    job.addGroup('g').addTask('t', { driver: Docker.image('evil/x:1'), resources: { memory: Memory.mebibytes(64) } })
    Fleet.of(app).require(Policy.owner(), Policy.limits(), Policy.registries('good:5000'))
    expect(job.findings('error').map((f) => f.rule)).to.deep.equal([
      'policy-owner',
      'policy-limits',
      'policy-registries',
    ])
    const fine = new Job(new TerraformStack(app, 'other'), 'fine', { meta: { owner: 'me' } })
    const resources = { memory: Memory.mebibytes(64), cpu: Cpu.mhz(100) }
    fine.addGroup('g').addTask('t', { driver: Docker.image('good:5000/x:1'), resources })
    expect(fine.findings()).to.deep.equal([])
  })
})
