import { expect } from 'chai'
import { Mysql } from '../../jobs/mysql'
import { onlyGroup, synthesize, task } from './support'

const images = { image: 'r/mysql:1', agentImage: 'r/mysql-agent:1' }

describe('the job mysql', () => {
  it('has one group of three instances by default, each on a node of its own', () => {
    const group = onlyGroup(synthesize((s) => new Mysql(s, 'mysql', images)))
    expect(group.count).to.equal(3)
    expect(group.constraint).to.deep.include({ operator: 'distinct_hosts', value: 'true' })
  })

  it('goes back to the nodes that have its data', () => {
    const group = onlyGroup(synthesize((s) => new Mysql(s, 'mysql', images)))
    expect(group.affinity).to.deep.equal([
      { attribute: '${meta.mysql}', operator: undefined, value: 'home', weight: 100 },
    ])
  })

  it('changes nothing but the count with the number of instances, so that scaling restarts nobody', () => {
    const three = onlyGroup(synthesize((s) => new Mysql(s, 'mysql', { ...images, instances: 3 })))
    const five = onlyGroup(synthesize((s) => new Mysql(s, 'mysql', { ...images, instances: 5 })))
    expect(five).to.deep.equal({ ...three, count: 5 })
  })

  it('keeps its data on the volume, and gives both tasks the passwords as a file', () => {
    const job = synthesize((s) => new Mysql(s, 'mysql', images))
    for (const name of ['mysqld', 'agent']) {
      expect(task(job, name).volume_mount).to.deep.include({
        volume: 'mysql',
        destination: '/var/lib/mysql',
        read_only: undefined,
        propagation_mode: undefined,
        selinux_label: undefined,
      })
      // A new password restarts nobody: the agent reads the file again.
      expect(task(job, name).template?.[0]).to.include({ destination: 'secrets/mysql.json', change_mode: 'noop' })
    }
  })

  it('stops mysqld before its agent, so that the agent can hand over', () => {
    const job = synthesize((s) => new Mysql(s, 'mysql', images))
    expect(task(job, 'mysqld').leader).to.equal(true)
    expect(task(job, 'mysqld').kill_timeout).to.equal('1m')
    expect(task(job, 'agent').action?.map((action) => action.name)).to.include.members([
      'status',
      'switchover',
      'promote',
    ])
  })

  it('may read its variable, and no secret is in its text', () => {
    const { resources, hcl } = synthesize((s) => new Mysql(s, 'mysql', images))
    const [policy] = Object.values(resources['nomad_acl_policy'] ?? {})
    expect(policy?.['job_acl']).to.deep.equal({ job_id: 'mysql', namespace: 'default' })
    expect(policy?.['rules_hcl']).to.include('path "shoal/mysql"')
    expect(hcl).to.include('nomadVar "shoal/mysql"')
    const [job] = Object.values(resources['nomad_job'] ?? {})
    expect((job?.['depends_on'] as string[]).map((name) => name.replace(/^\$\{|\..*$/g, ''))).to.deep.equal([
      'nomad_acl_policy',
      'nomad_variable',
    ])
  })

  it('holds within 330 MB', () => {
    const job = synthesize((s) => new Mysql(s, 'mysql', images))
    const memory = (name: string) => Number(task(job, name).resources?.memory)
    expect(memory('mysqld') + memory('agent')).to.be.at.most(330)
  })
})
