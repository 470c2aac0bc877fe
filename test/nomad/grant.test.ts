import { Testing } from 'cdktf'
import { expect } from 'chai'
import { grantCapabilities, type Grantee, Job, NomadConstructsError, NomadVariable } from '../../nomad'
import { minimal, newStack } from './support'

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

function given(act: (job: Job, task: Grantee) => void, namespace?: string) {
  const stack = newStack()
  const job = new Job(stack, 'deployer', { namespace })
  act(job, job.addGroup('group').addTask('task', minimal))
  const { resource } = JSON.parse(Testing.synth(stack)) as { resource: Resources }
  const all = (type: string) => Object.values(resource[type] ?? {})
  return { policies: all('nomad_acl_policy'), variables: all('nomad_variable'), job: all('nomad_job')[0], resource }
}

function thrownBy(act: () => void): NomadConstructsError {
  try {
    act()
  } catch (error) {
    if (error instanceof NomadConstructsError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('grantCapabilities', () => {
  it('makes a policy for the workload, which the job waits for', () => {
    const { policies, job } = given((_, task) =>
      grantCapabilities(task, { capabilities: ['read-job', 'dispatch-job'], verb: 'dispatches' }),
    )
    expect(policies).to.have.length(1)
    expect(policies[0]).to.deep.include({
      rules_hcl: 'namespace "default" {\n  capabilities = ["read-job", "dispatch-job"]\n}\n',
      job_acl: { namespace: 'default', job_id: 'deployer', group: 'group', task: 'task' },
      description:
        'The task task of the group group of the job deployer has read-job, dispatch-job in the namespace default',
    })
    expect(policies[0]?.name).to.match(/^deployer-group-task-dispatches-default-[0-9a-f]{8}$/)
    expect(job?.depends_on).to.have.length(1)
  })

  it('takes the namespace of the job, or another', () => {
    const { policies } = given((job) => {
      grantCapabilities(job, { capabilities: ['scale-job'] })
      grantCapabilities(job, { capabilities: ['read-logs'], namespace: 'ops' })
    }, 'apps')
    expect(policies.map((policy) => policy.rules_hcl)).to.have.members([
      'namespace "apps" {\n  capabilities = ["scale-job"]\n}\n',
      'namespace "ops" {\n  capabilities = ["read-logs"]\n}\n',
    ])
    expect(policies.map((policy) => policy.job_acl)).to.deep.equal([
      { namespace: 'apps', job_id: 'deployer' },
      { namespace: 'apps', job_id: 'deployer' },
    ])
    expect(new Set(policies.map((policy) => policy.name)).size).to.equal(2)
  })

  it('describes itself in what Nomad takes: 256 bytes', () => {
    const { policies } = given((job) => {
      grantCapabilities(job, { capabilities: ['read-job'], namespace: `n${'ä'.repeat(200)}` })
    })
    const description = String(policies[0]?.description)
    expect(Buffer.byteLength(description)).to.be.within(250, 256)
    expect(description).to.match(/^The job deployer has read-job in the namespace nä+\.\.\.$/)
  })

  it('is made once, however often it is asked for', () => {
    const twice = (job: Job) => [1, 2].forEach(() => grantCapabilities(job, { capabilities: ['read-job'] }))
    expect(given(twice).policies).to.have.length(1)
  })
})

describe('NomadVariable', () => {
  it('is a variable that Terraform writes, and that others are granted', () => {
    const { variables, policies } = given((job) => {
      new NomadVariable(job, 'size', { path: 'site/size', items: { instances: '3' } }).grantRead(job)
    })
    expect(variables).to.have.length(1)
    expect(variables[0])
      .to.include({ path: 'site/size' })
      .and.to.deep.include({ items: { instances: '3' } })
    expect(policies[0]?.rules_hcl).to.contain('path "site/size"')
  })

  it('is in the namespace default unless told, whatever the namespace of the job that reads it', () => {
    const { policies } = given((job) => {
      new NomadVariable(job, 'size', { path: 'nomad/jobs/deployer', items: { a: 'b' } }).grantRead(job)
    }, 'apps')
    expect(policies[0]?.rules_hcl).to.match(/^namespace "default" \{/)
    expect(policies[0]?.job_acl).to.include({ namespace: 'apps' })
  })

  it('needs no policy where Nomad lets the job read it anyway', () => {
    const { policies, job } = given((job) => {
      const size = new NomadVariable(job, 'size', { path: 'nomad/jobs/deployer', items: { instances: '3' } })
      job.dependsOn(size.grantRead(job))
    })
    expect(policies).to.have.length(0)
    expect(job?.depends_on).to.have.length(1)
  })

  it("bears its own path in Terraform, as the binding's class does", () => {
    const { resource } = given((job) => {
      new NomadVariable(job, 'size', { path: 'a', items: { b: 'c' } })
    })
    expect(Object.keys(resource.nomad_variable ?? {})[0]).to.match(/^deployer_size_[0-9A-F]{8}$/)
  })

  for (const path of ['', 'a b', 'a.b', 'nomad', 'nomad/other', 'nomad/job-templates', 'nomad/job-templates/a/b']) {
    it(`refuses the path '${path}', as Nomad does`, () => {
      const act = () => given((job) => new NomadVariable(job, 'size', { path, items: { a: 'b' } }))
      expect(thrownBy(act).message).to.contain('deployer/size').and.to.contain(`'${path}'`)
    })
  }

  for (const path of ['a/b_c~d-e', 'nomad/jobs', 'nomad/jobs/web/a', 'nomad/job-templates/a', 'nomads']) {
    it(`takes the path '${path}', as Nomad does`, () => {
      expect(given((job) => new NomadVariable(job, 'size', { path, items: { a: 'b' } })).variables).to.have.length(1)
    })
  }

  it('refuses a variable without items, as Nomad does', () => {
    const act = () => given((job) => new NomadVariable(job, 'size', { path: 'a', items: {} }))
    expect(thrownBy(act).message).to.contain('no item')
  })
})
