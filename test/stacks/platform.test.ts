import { Testing } from 'cdktf'
import { expect } from 'chai'
import { describe as describeFinding } from '../../nomad/errors'
import { jobsOf } from '../../nomad/testing/synth-job'
import { platform } from '../../stacks/platform'
import { settings } from './settings'

const ids = (stacks: readonly { node: { id: string } }[]) => stacks.map((stack) => stack.node.id)

describe('the platform', () => {
  it('deploys each tier after what it needs', () => {
    const { foundation, data, edge, web, analysis } = platform(Testing.app(), settings)
    expect(ids(foundation.dependencies)).to.deep.equal([])
    expect(ids(data.dependencies)).to.deep.equal(['foundation'])
    expect(ids(edge.dependencies)).to.include('data')
    expect(ids(web.dependencies)).to.include('edge')
    expect(ids(analysis.dependencies)).to.include('data')
  })

  it('passes its own rules', () => {
    for (const stack of Object.values(platform(Testing.app(), settings))) Testing.synth(stack, true)
  })

  it('has nothing that a rule would warn of, however small it is', () => {
    for (const counts of [{}, { nodes: 1, webInstances: 1, mysqlInstances: 1 }]) {
      const app = Testing.app()
      platform(app, { ...settings, ...counts })
      const findings = jobsOf(app).flatMap((job) => job.findings())
      expect(findings.map(describeFinding).join('\n')).to.equal('')
    }
  })

  it('keeps the state where it is told, and no token in it', () => {
    const { web } = platform(Testing.app(), { ...settings, stateDirectory: '/var/lib/x' })
    const synthesized = JSON.parse(Testing.synth(web)) as {
      terraform: { backend: object }
      provider: { nomad: object[] }
    }
    expect(synthesized.terraform.backend).to.deep.equal({ local: { path: '/var/lib/x/terraform.web.tfstate' } })
    expect(synthesized.provider.nomad).to.deep.equal([{ address: 'http://127.0.0.1:4646' }])
  })
})
