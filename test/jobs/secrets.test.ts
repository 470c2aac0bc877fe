import { expect } from 'chai'
import { NomadConstructsError } from '../../nomad'
import { secrets, Secrets } from '../../jobs/secrets'
import { synthesize, task } from './support'

describe('the job secrets', () => {
  it('may write the variables below shoal/, and nothing else', () => {
    const { resources, spec } = synthesize((s) => new Secrets(s, 'secrets', { image: 'r/secrets:1' }))
    expect(spec.type).to.equal('batch')
    const [policy] = Object.values(resources['nomad_acl_policy'] ?? {})
    expect(policy?.['rules_hcl']).to.include('path "shoal/*"')
    expect(policy?.['job_acl']).to.deep.equal({ job_id: 'secrets', namespace: 'default' })
  })

  it('asks Nomad with its own identity', () => {
    const job = synthesize((s) => new Secrets(s, 'secrets', { image: 'r/secrets:1' }))
    expect(task(job, 'generate').identity?.[0]).to.include({ env: true })
  })
})

describe('a secret', () => {
  it('says which items there are when one is misspelt', () => {
    expect(() => secrets.web.item('mysql_pasword')).to.throw(
      NomadConstructsError,
      "'mysql_user', 'mysql_password', 'cookie_key'",
    )
  })
})
