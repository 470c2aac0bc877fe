import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { App, TerraformStack } from 'cdktf'
import { join } from 'node:path'
import { Cpu, Duration, Job, Memory, RawExec, Restart } from '../../../nomad'
import { World } from '../../bootstrap/integration/provider/world'

interface Alloc {
  ClientStatus: string
  CreateTime: number
  TaskStates: Record<string, { FinishedAt: string }>
}

describe('dependsOn, against a real Nomad', function () {
  this.timeout(300_000)
  const world = new World()
  let folder = ''

  /** A batch job and one that waits for it. */
  const synth = (command: string, second = 'exit 0') => {
    const app = new App({ outdir: join(world.folder, 'cdktf.out') })
    const stack = new TerraformStack(app, 'order')
    new NomadProvider(stack, 'nomad', { address: world.nomadAddress })
    const add = (id: string, script: string) => {
      const job = new Job(stack, id, {
        type: 'batch',
        timeout: Duration.minutes(1),
        raw: { reschedule: { attempts: 0 } },
      })
      job.addGroup('g', { restart: Restart.never() }).addTask('t', {
        driver: RawExec.command('/bin/sh', { args: ['-c', script] }),
        resources: { cpu: Cpu.mhz(20), memory: Memory.mebibytes(20) },
      })
      return job
    }
    add('second', second).dependsOn(add('first', command))
    app.synth()
    folder = join(app.outdir, 'stacks/order')
  }
  const apply = () => world.terraform(folder, 'apply', '-auto-approve')
  const allocations = (job: string) =>
    (JSON.parse(world.nomad('operator', 'api', '-X', 'GET', `/v1/job/${job}/allocations`).text) as Alloc[]).sort(
      (a, b) => b.CreateTime - a.CreateTime,
    )
  const ended = (job: string) => Date.parse(allocations(job)[0]?.TaskStates.t?.FinishedAt ?? '')

  before(async () => {
    await world.start()
    synth('sleep 2')
    const init = world.terraform(folder, 'init')
    expect(init.code, init.text).to.equal(0)
  })
  after(() => world.stop())

  it('registers a job only when the batch job before it has ended, and plans no change then', () => {
    const applied = apply()
    expect(applied.code, applied.text).to.equal(0)
    expect(allocations('first')[0]?.ClientStatus).to.equal('complete')
    expect((allocations('second')[0]?.CreateTime ?? 0) / 1e6).to.be.above(ended('first'))
    const again = world.terraform(folder, 'plan', '-detailed-exitcode')
    expect(again.code, again.text).to.equal(0)
  })

  it('waits again when the batch job is another one', () => {
    synth('sleep 2 # again', 'exit 0 # again')
    const applied = apply()
    expect(applied.code, applied.text).to.equal(0)
    expect(allocations('first')).to.have.length(2)
    expect((allocations('second')[0]?.CreateTime ?? 0) / 1e6).to.be.above(ended('first'))
  })

  it('fails when the batch job fails, says why, and does not go on', () => {
    synth('exit 7', 'exit 0 # never')
    const failed = apply()
    expect(failed.code).to.not.equal(0)
    expect(failed.text).to.match(/'first' failed: first\.g\[0\] is failed \(task 't'/)
    expect(allocations('second')).to.have.length(2)
  })
})
