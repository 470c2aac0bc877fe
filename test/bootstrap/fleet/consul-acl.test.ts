import { expect } from 'chai'
import {
  AGENT_POLICIES,
  authMethod,
  BINDING_RULES,
  WORKLOAD_POLICIES,
  WORKLOAD_ROLES,
} from '../../../bootstrap/fleet/consul-acl'

const rulesOf = (name: string): string => WORKLOAD_POLICIES.find((policy) => policy.name === name)?.rules ?? ''

describe("what Consul's ACL holds", () => {
  it('has a role for every policy of a workload', () => {
    expect(WORKLOAD_ROLES.map((role) => role.name)).to.deep.equal([
      'nomad-tasks',
      'nomad-job-mysql',
      'nomad-job-mysql-archive',
      'nomad-job-mysql-backup',
      'nomad-job-mysql-backup-first',
      'nomad-job-mysql-restore',
      'nomad-job-cassandra',
      'nomad-job-analysis',
    ])
    for (const role of WORKLOAD_ROLES) expect(role.policies).to.deep.equal([role.name])
  })

  it('lets a task read, and write nothing', () => {
    expect(rulesOf('nomad-tasks')).to.contain('key_prefix "shoal/" { policy = "read" }').and.not.to.contain('write')
  })

  it('lets a job write below its own key only', () => {
    for (const job of ['mysql', 'cassandra', 'analysis']) {
      const keys = rulesOf(`nomad-job-${job}`).match(/key_prefix "[^"]*"/g)
      expect(keys).to.deep.equal([`key_prefix "shoal/${job}/"`])
    }
  })

  it('gives nobody the ACL itself, nor the operator', () => {
    for (const { rules } of [...AGENT_POLICIES, ...WORKLOAD_POLICIES]) expect(rules).not.to.match(/\b(acl|operator)\b/)
  })

  it('binds services by identity and tasks by role', () => {
    expect(BINDING_RULES.map(({ bindType, bindName }) => `${bindType} ${bindName}`)).to.deep.equal([
      'service ${value.nomad_service}',
      'role nomad-tasks',
      'role nomad-job-${value.nomad_job_id}',
    ])
  })

  it("asks the Nomad server beside each Consul server for Nomad's keys", () => {
    expect(authMethod.Config.JWKSURL).to.equal('http://127.0.0.1:4646/.well-known/jwks.json')
    expect(authMethod.Config.BoundAudiences).to.deep.equal(['consul.io'])
  })
})
