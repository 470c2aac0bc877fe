import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { App, TerraformStack } from 'cdktf'
import { join } from 'node:path'
import { Count, Cpu, Duration, Job, Memory, RawExec, Update } from '../../../nomad'
import { until, World } from '../../bootstrap/integration/provider/world'

interface Registered {
  readonly Version: number
  readonly TaskGroups: readonly { readonly Name: string; readonly Count: number }[]
}

describe('a preserved count, against a real Nomad', function () {
  this.timeout(300_000)
  const world = new World()
  let folder = ''

  /** Two groups: one that a person or the Autoscaler scales, and one that starts with nothing. */
  const synth = (change: string, max = 5, namespace?: string) => {
    const app = new App({ outdir: join(world.folder, 'cdktf.out') })
    const stack = new TerraformStack(app, 'scaled')
    new NomadProvider(stack, 'nomad', { address: world.nomadAddress })
    const job = new Job(stack, 'web', {
      namespace,
      update: Update.rolling({ minHealthyTime: Duration.milliseconds(100), autoRevert: true }),
    })
    const add = (name: string, initial: number, min: number) =>
      job.addGroup(name, { count: Count.preserved({ initial }), scaling: { min, max } }).addTask('t', {
        driver: RawExec.command('/bin/sleep', { args: ['600'] }),
        resources: { cpu: Cpu.mhz(10), memory: Memory.mebibytes(10) },
        env: { CHANGE: change },
      })
    add('scaled', 2, 1)
    add('asleep', 0, 0)
    app.synth()
    folder = join(app.outdir, 'stacks/scaled')
  }
  const apply = () => {
    const applied = world.terraform(folder, 'apply', '-auto-approve')
    expect(applied.code, applied.text).to.equal(0)
  }
  const registered = (namespace = 'default') => {
    const { text } = world.nomad('operator', 'api', '-X', 'GET', `/v1/job/web?namespace=${namespace}`)
    const { Version, TaskGroups } = JSON.parse(text) as Registered
    return { version: Version, counts: Object.fromEntries(TaskGroups.map((g) => [g.Name, g.Count])) }
  }
  const scale = async (count: number) => {
    const scaled = world.nomad('job', 'scale', '-detach', 'web', 'scaled', String(count))
    expect(scaled.code, scaled.text).to.equal(0)
    await until('the scaled count', 10, () => registered().counts.scaled === count || undefined)
  }

  before(async () => {
    await world.start()
    synth('first')
    const init = world.terraform(folder, 'init')
    expect(init.code, init.text).to.equal(0)
  })
  after(() => world.stop())

  it('begins with what it is told, and plans no change then', () => {
    apply()
    expect(registered().counts).to.deep.equal({ scaled: 2, asleep: 0 })
    const again = world.terraform(folder, 'plan', '-detailed-exitcode')
    expect(again.code, again.text).to.equal(0)
  })

  it('is not set back by a deploy of a changed job', async () => {
    await scale(4)
    const { version } = registered()
    synth('second')
    apply()
    expect(registered().counts).to.deep.equal({ scaled: 4, asleep: 0 })
    expect(registered().version).to.be.above(version)
    const again = world.terraform(folder, 'plan', '-detailed-exitcode')
    expect(again.code, again.text).to.equal(0)
  })

  it('restarts nothing where only the count was changed by others', async () => {
    await scale(3)
    const { version } = registered()
    apply()
    expect(registered()).to.deep.equal({ version, counts: { scaled: 3, asleep: 0 } })
  })

  it('is held to the bounds of the new job', () => {
    synth('third', 2)
    apply()
    expect(registered().counts).to.deep.equal({ scaled: 2, asleep: 0 })
  })

  it('begins anew in another namespace', () => {
    expect(world.nomad('namespace', 'apply', 'shop').code).to.equal(0)
    synth('third', 5, 'shop')
    apply()
    expect(registered('shop').counts).to.deep.equal({ scaled: 2, asleep: 0 })
  })
})
