import { expect } from 'chai'
import { Cassandra, CassandraSchema } from '../../jobs/cassandra'
import { onlyGroup, synthesize, task } from './support'

describe('the job cassandra', () => {
  it('runs on every node, in the network of the node, with its data on the volume', () => {
    const job = synthesize((s) => new Cassandra(s, 'cassandra', { image: 'r/cassandra:1' }))
    expect(job.spec.type).to.equal('system')
    const group = onlyGroup(job)
    expect(group.network?.[0]?.mode).to.equal('host')
    expect(group.network?.[0]?.port?.map((p) => p.static)).to.deep.equal([9042, 7000])
    expect(task(job, 'cassandra').volume_mount?.[0]).to.include({
      volume: 'cassandra',
      destination: '/var/lib/cassandra',
    })
  })

  it('has time to drain, and stays within 900 MB', () => {
    const job = synthesize((s) => new Cassandra(s, 'cassandra', { image: 'r/cassandra:1' }))
    expect(task(job, 'cassandra').kill_timeout).to.equal('1m30s')
    expect(task(job, 'cassandra').resources?.memory).to.equal(900)
  })

  it('waits for every node of a ring that joins one by one', () => {
    const { resources } = synthesize((s) => new Cassandra(s, 'cassandra', { image: 'r/cassandra:1' }))
    const [resource] = Object.values(resources['nomad_job'] ?? {})
    expect(resource).to.deep.include({ detach: false, timeouts: { create: '50m', update: '50m' } })
  })
})

describe('the job cassandra-schema', () => {
  it('is a batch job that tells the replication factor and reads its secrets by template', () => {
    const job = synthesize(
      (s) => new CassandraSchema(s, 'cassandra-schema', { image: 'r/schema:1', replicationFactor: 2 }),
    )
    expect(job.spec.type).to.equal('batch')
    expect(task(job, 'migrate').env?.['CASSANDRA_REPLICATION_FACTOR']).to.equal('2')
    expect(Object.keys(job.resources['nomad_acl_policy'] ?? {})).to.have.length(2)
  })
})
