import { expect } from 'chai'
import { Keeper } from '../../jobs/keeper'
import { synthesize, task } from './support'

describe('the job keeper', () => {
  const job = synthesize((s) => new Keeper(s, 'keeper', { image: 'r/keeper:1' }))

  it('may look at jobs and have them evaluated, and nothing else', () => {
    const [policy] = Object.values(job.resources['nomad_acl_policy'] ?? {})
    expect(policy?.['rules_hcl']).to.equal(
      'namespace "default" {\n  capabilities = ["list-jobs", "read-job", "evaluate-job"]\n}\n',
    )
    expect(policy?.['job_acl']).to.deep.equal({ job_id: 'keeper', namespace: 'default' })
  })

  it('asks Nomad with its own identity, and takes little of a weak node', () => {
    const { identity, resources } = task(job, 'keep')
    expect(identity?.[0]).to.include({ env: true })
    expect(resources).to.include({ cpu: 20, memory: 24 })
  })
})
