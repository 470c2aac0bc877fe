import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { App, TerraformStack, TerraformVariable, Testing } from 'cdktf'
import { Engine } from 'nomad-engine'
import { Driver, Job, Memory, Validation } from '../../../nomad'

const resources = { memory: Memory.mebibytes(64) }

/** An app with a job that Nomad takes. */
function appWithGoodJob() {
  const app = new App({ outdir: Testing.app().outdir })
  const stack = new TerraformStack(app, 'stack')
  new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
  const image = new TerraformVariable(stack, 'image', { type: 'string' })
  const good = new Job(stack, 'good')
  good.addGroup('web').addTask('server', { driver: Driver.of('docker', { image: image.stringValue }), resources })
  return { app, stack }
}

/** What our own rules would say as well is silenced, so that all that is heard is Nomad. */
function addJobs(stack: TerraformStack) {
  const refused = new Job(stack, 'refused', { silence: ['service-name'] })
  const group = refused.addGroup('web')
  group.addTask('server', { driver: Driver.of('docker', { image: 'web:1' }), resources })
  group.addService('not_a_name')
  const unreadable = new Job(stack, 'unreadable', { silence: ['unknown-key'] })
  unreadable.addGroup('web').addTask('server', { driver: Driver.of('docker', { image: 'web:1' }), resources })
  unreadable.patch({ op: 'add', path: '/group/web/task/server/drvier', value: 'docker' })
}

describe('Validation of an app, by nomad-engine', function () {
  this.timeout(120_000)
  const engine = new Engine()
  const outdirs: string[] = []
  after(async () => {
    await engine.close()
    for (const outdir of outdirs) rmSync(outdir, { recursive: true, force: true })
  })

  const made = () => {
    const all = appWithGoodJob()
    outdirs.push(all.app.outdir)
    return all
  }

  it('finds nothing in a good job, whatever Terraform alone knows of it, and the synth goes on', async () => {
    const { app } = made()
    expect(await Validation.of(app).with(engine).run()).to.deep.equal([])
    expect(() => app.synth()).not.to.throw()
  })

  it('tells of each job what its parser and its server say, at the construct, and stops the synth', async () => {
    const { app, stack } = made()
    addJobs(stack)
    const said = await Validation.of(app).with(engine).run()
    expect(said.map((f) => [f.rule, f.level, f.path])).to.have.deep.members([
      ['nomad-refuses', 'error', 'stack/refused/web'],
      ['nomad-parser', 'error', 'stack/unreadable/web/server'],
    ])
    const text = said.map((f) => `${f.problem} ${f.given ?? ''}`).join('\n')
    expect(text)
      .to.match(/Nomad says: .*not_a_name/)
      .and.match(/Unsupported argument.*drvier/s)
    expect(() => app.synth()).to.throw(/stack\/refused\/web[\s\S]*nomad-refuses[\s\S]*nomad-parser/)
  })

  it('is asked again about a job that has changed since', async () => {
    const { app, stack } = made()
    await Validation.of(app).with(engine).run()
    addJobs(stack)
    expect(() => app.synth()).to.throw(/not-judged/)
    expect((await Validation.of(app).run()).map((f) => f.rule)).to.have.members(['nomad-refuses', 'nomad-parser'])
  })
})
