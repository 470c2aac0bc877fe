import { Testing } from 'cdktf'
import { expect, use } from 'chai'
import { nomadJobs } from 'nomad-constructs/testing'
import { ApplicationStack } from './stack'

use(nomadJobs)

describe('secrets', () => {
  const stack = () => new ApplicationStack(Testing.app(), 'app')

  it('reach the task as environment and as a file', () => {
    expect(stack())
      .to.haveJob('app')
      .withGroup('app')
      .withTask('server')
      .withTemplate('secrets/site-database.env', { env: true, data: /^DB_USER=.*\nDB_PASSWORD=/ })
      .withTemplate('secrets/mail.json', { data: /"api_key": / })
  })

  it('may be read by that task, and by nobody else', () => {
    const { resource } = JSON.parse(Testing.synth(stack())) as {
      resource: { nomad_acl_policy: Record<string, { job_acl: { job_id: string; task?: string }; rules_hcl: string }> }
    }
    const readers = Object.values(resource.nomad_acl_policy).filter((policy) => policy.job_acl.job_id === 'app')
    expect(readers.map((policy) => policy.job_acl.task)).to.deep.equal(['server', 'server'])
    for (const { rules_hcl } of readers) expect(rules_hcl).to.include('capabilities = ["read"]')
  })

  it('break no rule', () => {
    expect(stack()).to.be.validNomadJobs()
  })
})
