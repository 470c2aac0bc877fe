import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { TerraformStack, TerraformVariable, Testing } from 'cdktf'
import { NomadProvider } from '@cdktf/provider-nomad/lib/provider'
import { expect } from 'chai'
import { Engine } from 'nomad-engine'
import { Cpu, Docker, Job, Memory } from '../../../nomad'
import { main } from '../../../scheduler/cli/main'
import { jobsIn } from '../../../scheduler/jobs-in'
import type { Report } from '../../../scheduler/placement'
import { platformApp } from './platform'

describe('scheduler/planner on a synth', function () {
  this.timeout(180_000)
  const engine = new Engine()
  after(() => engine.close())

  async function run(...argv: string[]) {
    const said = { out: '', err: '' }
    const code = await main(argv, {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      engine,
    })
    return { code, ...said }
  }

  it('finds every job of the platform, and that they fit on five minnowboards without any one', async () => {
    const { app } = platformApp()
    app.synth()
    const { code, out, err } = await run('fit', app.outdir, '--minnowboards', '5', '--losing', '1', '--json')
    expect([code, err]).to.deep.equal([0, ''])
    const report = JSON.parse(out) as Report
    const ids = (await jobsIn(app, { engine })).map(({ ID }) => ID)
    expect(report.jobs.map(({ job }) => job)).to.have.members(ids)
    expect(report.losing?.losses).to.have.length(5)
    const small = await run('fit', app.outdir, '--minnowboards', '1')
    expect(small.code).to.equal(1)
    expect(small.out)
      .to.contain('mysql.mysql: 2 of 3 have no place')
      .and.to.match(/it does not fit on 1 node\n$/)
    // as people call it, from wherever they are
    const program = join(__dirname, '../../../scheduler/planner')
    const called = spawnSync(program, ['more', 'web', '.', '--minnowboards', '5'], {
      cwd: app.outdir,
      encoding: 'utf8',
    })
    expect(called.stderr).to.equal('')
    expect(called.stdout).to.match(/^\d+ more of web fit\n$/)
    expect(called.status).to.equal(0)
  })

  it('gives jobs their variables as Terraform would', async () => {
    const app = Testing.app()
    const stack = new TerraformStack(app, 'a')
    new NomadProvider(stack, 'nomad', { address: 'http://127.0.0.1:4646' })
    const image = new TerraformVariable(stack, 'image', { type: 'string' })
    const count = new TerraformVariable(stack, 'count', { type: 'number' })
    new Job(stack, 'web').addGroup('web', { count: count.numberValue }).addTask('server', {
      driver: Docker.image(image.stringValue),
      resources: { cpu: Cpu.mhz(100), memory: Memory.mebibytes(100) },
    })
    app.synth()
    const asked = ['fit', app.outdir, '--nodes', '2', '--cpu', '1000', '--memory', '250']
    const refused = await run(...asked)
    expect(refused.code).to.equal(2)
    const [, name = ''] = /add --var (\w+)=VALUE/.exec(refused.err) ?? []
    expect(await run(...asked, '--var', `${name}=4`)).to.include({ code: 0, err: '' })
    expect(await run(...asked, '--var', `${name}=5`)).to.include({ code: 1, err: '' })
  })
})
