import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf'
import {
  Affinity,
  Constraint,
  Disconnect,
  Duration,
  Job,
  Migrate,
  Network,
  Node,
  Parameterized,
  Periodic,
  Reschedule,
  Restart,
  Size,
  Spread,
  Update,
} from '../../nomad'
import { minimal, newJob, newStack, simpleJob } from './support'

interface JobResource {
  jobspec: string
  detach: boolean
  purge_on_destroy: boolean
  timeouts: Record<string, string>
  hcl2?: { vars: Record<string, string> }
  depends_on?: string[]
}

function resources(stack: TerraformStack): Record<string, JobResource> {
  const config = JSON.parse(Testing.synth(stack)) as { resource: { nomad_job: Record<string, JobResource> } }
  return Object.fromEntries(
    Object.entries(config.resource.nomad_job).map(([k, v]) => [k.split('_resource')[0] ?? k, v]),
  )
}

describe('Job', () => {
  it('needs a group with a task, and nothing else', () => {
    const { job } = simpleJob()
    expect(job.render().hcl).to.equal(`job "job" {
  type = "service"

  group "group" {
    task "task" {
      driver = "docker"

      config {
        image = "web:1"
      }

      resources {
        cpu    = 100
        memory = 64
      }
    }
  }
}
`)
    expect(job.findings()).to.deep.equal([])
  })

  it('takes everything', () => {
    const job = newJob({
      type: 'service',
      jobId: 'id',
      name: 'name',
      priority: 70,
      datacenters: ['dc1'],
      region: 'eu',
      namespace: 'ns',
      nodePool: 'small',
      meta: { owner: 'me' },
      update: Update.canary(1, {
        autoPromote: true,
        autoRevert: true,
        maxParallel: 2,
        healthCheck: 'checks',
        minHealthyTime: Duration.seconds(5),
        healthyDeadline: Duration.minutes(2),
        progressDeadline: Duration.minutes(4),
        stagger: Duration.seconds(10),
      }),
      reschedule: Reschedule.attempts(3, Duration.hours(1), {
        delay: Duration.seconds(10),
        delayFunction: 'fibonacci',
        maxDelay: Duration.minutes(5),
      }),
      migrate: Migrate.of({
        maxParallel: 1,
        healthCheck: 'checks',
        minHealthyTime: Duration.seconds(5),
        healthyDeadline: Duration.minutes(1),
      }),
      constraints: [Constraint.where(Node.attr('kernel.name'), '=', 'linux')],
      affinities: [Affinity.where(Node.meta('rack'), '=', 'r1', 80)],
      spreads: [Spread.over(Node.datacenter, { weight: 50, targets: { dc1: 70, dc2: 30 } })],
      ui: { description: 'A site', links: [{ label: 'docs', url: 'https://example.com' }] },
      allAtOnce: true,
      raw: { multiregion: { strategy: { max_parallel: 1 } } },
    })
    job.addGroup('group').addTask('task', minimal)
    const spec = job.toSpec()
    expect(spec).to.deep.include({
      id: 'id',
      name: 'name',
      priority: 70,
      region: 'eu',
      namespace: 'ns',
      node_pool: 'small',
      datacenters: ['dc1'],
      all_at_once: true,
      meta: { owner: 'me' },
      constraint: [{ attribute: '${attr.kernel.name}', operator: undefined, value: 'linux' }],
      affinity: [{ attribute: '${meta.rack}', operator: undefined, value: 'r1', weight: 80 }],
      multiregion: { strategy: { max_parallel: 1 } },
    })
    expect(spec.update).to.include({ canary: 1, auto_promote: true, auto_revert: true, progress_deadline: '4m' })
    expect(spec.reschedule).to.include({ attempts: 3, unlimited: false, interval: '1h', max_delay: '5m' })
    expect(spec.spread?.[0]?.target).to.deep.equal([
      { value: 'dc1', percent: 70 },
      { value: 'dc2', percent: 30 },
    ])
    expect(spec.ui?.link).to.deep.equal([{ label: 'docs', url: 'https://example.com' }])
    expect(job.findings('error')).to.deep.equal([])
  })

  it('has groups with everything', () => {
    const job = newJob()
    const group = job.addGroup('group', {
      count: 2,
      network: Network.bridge({ hostname: 'host', dns: { servers: ['1.1.1.1'] } }),
      update: Update.rolling({ maxParallel: 2, autoRevert: false }),
      restart: Restart.attempts(3, {
        interval: Duration.minutes(5),
        delay: Duration.seconds(5),
        renderTemplates: true,
      }),
      reschedule: Reschedule.unlimited({ delay: Duration.seconds(10) }),
      disconnect: Disconnect.of({ lostAfter: Duration.hours(1), replace: true, reconcile: 'keep_original' }),
      constraints: [Constraint.distinctHosts(), Constraint.distinctProperty(Node.meta('rack'), 2)],
      ephemeralDisk: { size: Size.mebibytes(500), sticky: true, migrate: true },
      shutdownDelay: Duration.seconds(3),
      scaling: { min: 1, max: 4, enabled: true, policy: { cooldown: '1m' } },
      meta: { a: 'b' },
    })
    group.addPort('http', { to: 8080, hostNetwork: 'public' })
    group.addTask('task', minimal)
    const [spec] = job.toSpec().group ?? []
    expect(spec).to.deep.include({
      count: 2,
      shutdown_delay: '3s',
      ephemeral_disk: { size: 500, sticky: true, migrate: true },
      disconnect: { lost_after: '1h', stop_on_client_after: undefined, replace: true, reconcile: 'keep_original' },
      restart: { attempts: 3, interval: '5m', delay: '5s', mode: 'fail', render_templates: true },
      scaling: { min: 1, max: 4, enabled: true, policy: { cooldown: '1m' } },
    })
    expect(spec?.network?.[0]?.port).to.deep.equal([
      { label: 'http', static: undefined, to: 8080, host_network: 'public', ignore_collision: undefined },
    ])
    expect(job.findings('error')).to.deep.equal([])
  })

  it('says at once when a name is taken', () => {
    const { job, group } = simpleJob()
    group.addPort('http')
    group.addVolume('data')
    expect(() => job.addGroup('group')).to.throw("the job has a group 'group' already")
    expect(() => group.addTask('task', minimal)).to.throw("the group has a task 'task' already")
    expect(() => group.addPort('http')).to.throw("a port 'http' already")
    expect(() => group.addVolume('data')).to.throw("a volume 'data' already")
    expect(() => group.allTasks[0]?.addEnv('A', 1).addEnv('A', 2)).to.throw("'A' is set twice")
  })

  it('is parameterized or periodic', () => {
    const one = newJob({
      type: 'batch',
      parameterized: Parameterized.of({ payload: 'required', metaRequired: ['a'], metaOptional: ['b'] }),
    })
    expect(one.toSpec().parameterized).to.deep.equal({
      payload: 'required',
      meta_required: ['a'],
      meta_optional: ['b'],
    })
    const two = newJob({
      type: 'batch',
      periodic: Periodic.cron('@daily', { timeZone: 'Europe/Berlin', prohibitOverlap: true }),
    })
    expect(two.toSpec().periodic).to.deep.include({
      crons: ['@daily'],
      time_zone: 'Europe/Berlin',
      prohibit_overlap: true,
    })
  })

  it('can be patched, by labels', () => {
    const { job } = simpleJob()
    job.patch(
      { op: 'add', path: '/group/group/task/task/config/privileged', value: true },
      { op: 'replace', path: '/group/0/task/0/resources/memory', value: 128 },
      { op: 'remove', path: '/group/group/task/task/resources/cpu' },
      { op: 'add', path: '/meta', value: { a: 'b' } },
    )
    const task = job.toSpec().group?.[0]?.task?.[0]
    expect(task?.config).to.deep.equal({ image: 'web:1', privileged: true })
    expect(task?.resources).to.include({ memory: 128 }).and.not.have.property('cpu')
    expect(job.toSpec().meta).to.deep.equal({ a: 'b' })
    expect(() => job.patch({ op: 'remove', path: '/group/nope/task' }).toSpec()).to.throw(
      "a patch leads nowhere at 'nope'",
    )
  })

  describe('in Terraform', () => {
    it('waits for services and systems, and longer than their deadline', () => {
      const stack = newStack()
      const update = Update.rolling({ progressDeadline: Duration.minutes(20), autoRevert: true })
      new Job(stack, 'service', { update }).addGroup('g').addTask('t', minimal)
      new Job(stack, 'batch', { type: 'batch', purgeOnDestroy: false }).addGroup('g').addTask('t', minimal)
      const { service, batch } = resources(stack)
      expect(service).to.deep.include({
        detach: false,
        purge_on_destroy: true,
        timeouts: { create: '25m', update: '25m' },
      })
      expect(batch).to.deep.include({ detach: true, purge_on_destroy: false })
      expect(service).not.to.have.property('hcl2')
    })

    it('gets literals byte for byte, and tokens as variables', () => {
      const stack = newStack()
      const image = new TerraformVariable(stack, 'image', { type: 'string' })
      const count = new TerraformVariable(stack, 'count', { type: 'number' })
      const dcs = new TerraformVariable(stack, 'dcs', { type: 'list(string)' })
      const job = new Job(stack, 'job', { datacenters: dcs.listValue })
      job.addGroup('group', { count: count.numberValue }).addTask('task', {
        ...minimal,
        env: { A: `\${x} ${image.stringValue}:${count.numberValue} %{y}`, B: image.stringValue },
      })
      const rendered = resources(stack).job
      expect(rendered?.jobspec).to.contain(
        'A = "$$' + '${x} $' + '${var.group_task_env_a}:$' + '${var.group_count} %%%{y}"',
      )
      expect(rendered?.jobspec).to.contain('B = var.group_task_env_a')
      expect(rendered?.jobspec).to.contain('count = var.group_count').and.contain('datacenters = var.datacenters')
      expect(rendered?.hcl2?.vars).to.include({ group_count: '${var.count}', group_task_env_a: '${var.image}' })
      expect(rendered?.hcl2?.vars.datacenters).to.contain('jsonencode(var.dcs)')
    })

    it('is ordered, and never in a circle', () => {
      const stack = newStack()
      const [a, b] = [new Job(stack, 'a'), new Job(stack, 'b')]
      b.dependsOn(a)
      expect(resources(stack).b?.depends_on?.[0]).to.match(/^nomad_job\.a_/)
      expect(() => a.dependsOn(b)).to.throw('the jobs wait for each other')
      expect(() => a.dependsOn(a)).to.throw('the jobs wait for each other')
    })

    it('orders stacks', () => {
      const app = new App()
      const [one, two] = [new TerraformStack(app, 'one'), new TerraformStack(app, 'two')]
      new Job(two, 'b').dependsOn(new Job(one, 'a'))
      expect(two.dependencies).to.deep.equal([one])
    })

    it('leaves readable HCL beside the stack, and says all errors at synth', () => {
      const outdir = mkdtempSync(join(tmpdir(), 'nomad-constructs-'))
      const app = new App({ outdir })
      const stack = new TerraformStack(app, 'stack')
      new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
      const job = new Job(stack, 'job')
      job.addGroup('group').addTask('task', minimal)
      app.synth()
      expect(readFileSync(join(outdir, 'stacks/stack/job.nomad.hcl'), 'utf8')).to.equal(job.render().hcl)
      job.allGroups[0]?.addService('a_b', { port: 'nope' })
      job.allGroups[0]?.allTasks[0]?.mount('data', '/data')
      expect(() => app.synth()).to.throw(/service-name[^]*unknown-port|unknown-volume[^]*service-name/)
    })
  })

  it("says that cdktf's HCL output can't hold it, instead of leaving everything out", () => {
    process.env.SYNTH_HCL_OUTPUT = 'true'
    const app = new App({ outdir: Testing.app().outdir })
    const stack = new TerraformStack(app, 'stack')
    new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
    new Job(stack, 'job').addGroup('group').addTask('task', minimal)
    delete process.env.SYNTH_HCL_OUTPUT
    expect(() => app.synth()).to.throw(/stack\/job\/resource: cdktf's HCL output .*\[hcl-output\]/)
  })
})
