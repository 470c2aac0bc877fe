import { expect } from 'chai'
import { App, TerraformStack } from 'cdktf'
import { AclPolicy } from '@cdktf/provider-nomad/lib/acl-policy'
import { AclRole } from '@cdktf/provider-nomad/lib/acl-role'
import { DynamicHostVolume } from '@cdktf/provider-nomad/lib/dynamic-host-volume'
import { Job } from '@cdktf/provider-nomad/lib/job'
import { Namespace } from '@cdktf/provider-nomad/lib/namespace'
import { NodePool } from '@cdktf/provider-nomad/lib/node-pool'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { Variable } from '@cdktf/provider-nomad/lib/variable'
import { join } from 'node:path'
import { until, World } from './provider/world'

/** Terraform's exit codes of `plan -detailed-exitcode`. */
const NO_CHANGE = 0
const CHANGES = 2

const service = `
variable "count" { type = number }
variable "command" { type = string }
job "svc" {
  group "g" {
    count = var.count
    update {
      min_healthy_time  = "1s"
      healthy_deadline  = "15s"
      progress_deadline = "16s"
    }
    restart {
      attempts = 0
      mode     = "fail"
    }
    reschedule {
      attempts  = 0
      unlimited = false
    }
    task "t" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", var.command]
      }
      resources {
        cpu    = 20
        memory = 20
      }
    }
  }
}
`

describe("Terraform's stand-in provider, with a stack of cdktf against a real Nomad", function () {
  this.timeout(300_000)
  const world = new World()
  let folder = ''
  /** Synthesizes the stack again, as another edition of it. */
  const synth = (edit: { count?: number; command?: string; others?: string; text?: string } = {}) => {
    const app = new App({ outdir: join(world.folder, 'cdktf.out') })
    const stack = new TerraformStack(app, 'test')
    new NomadProvider(stack, 'nomad', { address: world.nomadAddress, headers: [{ name: 'X-Test', value: '1' }] })
    new Job(stack, 'svc', {
      jobspec: edit.text ?? service,
      hcl2: { vars: { count: String(edit.count ?? 1), command: edit.command ?? 'exec sleep 1000' } },
      detach: false,
      purgeOnDestroy: true,
      timeouts: { create: '2m', update: '2m' },
    })
    if (edit.others !== undefined) {
      const description = edit.others
      const team = new Namespace(stack, 'team', {
        name: 'team',
        description,
        capabilities: { disabledTaskDrivers: ['exec'] },
      })
      new Variable(stack, 'variable', { path: 'shoal/x', namespace: team.name, items: { a: description } })
      const policy = new AclPolicy(stack, 'policy', {
        name: 'svc',
        description,
        rulesHcl: 'namespace "default" {\n  variables {\n    path "shoal/*" { capabilities = ["read"] }\n  }\n}',
        jobAcl: { jobId: 'svc' },
      })
      new AclRole(stack, 'role', { name: 'reader', description, policy: [{ name: policy.name }] })
      new NodePool(stack, 'pool', { name: 'small', description, meta: { size: 's' } })
      new DynamicHostVolume(stack, 'volume', {
        name: 'data',
        pluginId: 'mkdir',
        capability: [{ accessMode: 'single-node-writer', attachmentMode: 'file-system' }],
      })
    }
    app.synth()
    folder = join(world.folder, 'cdktf.out/stacks/test')
  }
  const apply = () => world.terraform(folder, 'apply', '-auto-approve')
  const plan = () => world.terraform(folder, 'plan', '-detailed-exitcode')
  const succeeds = () => {
    const done = apply()
    expect(done.code, done.text).to.equal(0)
    const again = plan()
    expect(again.code, again.text).to.equal(NO_CHANGE)
  }

  before(async () => {
    await world.start()
    synth()
    const init = world.terraform(folder, 'init')
    expect(init.code, init.text).to.equal(0)
  })
  after(() => world.stop())

  it('waits until a service is healthy, and plans no change then', () => {
    succeeds()
    const state = world.terraform(folder, 'show')
    expect(state.text).to.match(/deployment_status\s+= "successful"/)
  })

  it('takes a text that means the same job for no change', () => {
    synth({ text: `# another comment\n${service.replace(/ {2}/g, '\t')}` })
    expect(plan().code).to.equal(NO_CHANGE)
  })

  it('updates, by a variable of HCL2', () => {
    synth({ count: 2 })
    succeeds()
    expect(world.nomad('job', 'inspect', 'svc').text).to.contain('"Count": 2')
  })

  it('sees a job that was scaled, stopped or purged behind its back, and puts it right', () => {
    for (const change of [
      ['scale', '-detach', 'svc', 'g', '1'],
      ['stop', '-detach', 'svc'],
      ['stop', '-detach', '-purge', 'svc'],
    ]) {
      const changed = world.nomad('job', ...change)
      expect(changed.code, changed.text).to.equal(0)
      expect(plan().code, change.join(' ')).to.equal(CHANGES)
      succeeds()
    }
  })

  it('fails on a job that gets unhealthy, tells why, and tries again', () => {
    synth({ command: 'exit 3' })
    const failed = apply()
    expect(failed.code).to.equal(1)
    expect(failed.text).to.contain('Job "svc" did not become healthy')
    expect(failed.text).to.contain("'failed'")
    expect(failed.text).to.contain('Exit Code: 3')
    expect(plan().code).to.equal(CHANGES)
    synth()
    succeeds()
  })

  it('tells of a wrong jobspec in the plan', () => {
    synth({ text: 'job "svc" {\n  wrong {}\n}' })
    const wrong = plan()
    expect(wrong.code).to.equal(1)
    expect(wrong.text).to.contain('Wrong jobspec')
    synth()
  })

  it('imports', () => {
    expect(world.terraform(folder, 'state', 'rm', 'nomad_job.svc').code).to.equal(0)
    const imported = world.terraform(folder, 'import', 'nomad_job.svc', 'svc@default')
    expect(imported.code, imported.text).to.equal(0)
    succeeds()
  })

  it('writes and changes the other resources', () => {
    for (const text of ['first', 'second']) {
      synth({ others: text })
      succeeds()
      expect(world.nomad('namespace', 'status', 'team').text).to.match(new RegExp(`Description\\s+= ${text}`))
      expect(world.nomad('var', 'get', '-namespace', 'team', '-out', 'json', 'shoal/x').text).to.contain(text)
      expect(world.nomad('acl', 'role', 'list').text).to.match(new RegExp(`reader\\s+${text}`))
      expect(world.nomad('node', 'pool', 'info', 'small').text).to.match(new RegExp(`Description\\s+= ${text}`))
      expect(world.nomad('acl', 'policy', 'info', 'svc').text).to.match(/JobID\s+= svc/)
    }
  })

  it('sees what was deleted or changed behind its back, and puts it right', () => {
    for (const change of [
      ['acl', 'policy', 'delete', 'svc'],
      ['var', 'purge', '-namespace', 'team', 'shoal/x'],
      ['node', 'pool', 'delete', 'small'],
      ['namespace', 'apply', '-description', 'other', 'team'],
    ]) {
      const changed = world.nomad(...change)
      expect(changed.code, changed.text).to.equal(0)
      expect(plan().code, change.join(' ')).to.equal(CHANGES)
    }
    succeeds()
  })

  it('imports the other resources', () => {
    const volume = /nomad_dynamic_host_volume\.volume[^}]*?\n\s+id\s+= "([^"]+)"/.exec(
      world.terraform(folder, 'show').text,
    )
    const role = /nomad_acl_role\.role[^}]*?\n\s+id\s+= "([^"]+)"/.exec(world.terraform(folder, 'show').text)
    for (const [address = '', id = ''] of [
      ['nomad_namespace.team', 'team'],
      ['nomad_variable.variable', 'shoal/x@team'],
      ['nomad_acl_policy.policy', 'svc'],
      ['nomad_acl_role.role', role?.[1]],
      ['nomad_node_pool.pool', 'small'],
      ['nomad_dynamic_host_volume.volume', volume?.[1]],
    ]) {
      expect(world.terraform(folder, 'state', 'rm', address).code, address).to.equal(0)
      const imported = world.terraform(folder, 'import', address, id)
      expect(imported.code, imported.text).to.equal(0)
    }
    succeeds()
  })

  it('leaves nothing behind', () => {
    const destroyed = world.terraform(folder, 'destroy', '-auto-approve')
    expect(destroyed.code, destroyed.text).to.equal(0)
    expect(world.nomad('job', 'status').text).to.contain('No running jobs')
    expect(world.nomad('namespace', 'list').text).not.to.contain('team')
  })

  it('knows of a job whose create was interrupted, and brings it up the next time', async () => {
    synth()
    const running = world.startTerraform(folder, 'apply', '-auto-approve')
    const over = new Promise((resolve) => running.once('exit', resolve))
    await until('the job', 60, () => world.nomad('job', 'status', 'svc').code === 0 || undefined)
    running.kill('SIGINT')
    await over
    expect(world.terraform(folder, 'state', 'list').text).to.contain('nomad_job.svc')
    succeeds()
    expect(world.terraform(folder, 'destroy', '-auto-approve').code).to.equal(0)
  })
})
