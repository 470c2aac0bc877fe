import { expect } from 'chai'
import { consul, nodes, nomad, passing, running, type JobStatus } from './support/cluster'
import { until } from './support/until'

describe('the tiers', () => {
  it('runs mysql, cassandra, haproxy and web, and has what waits for dispatch', async () => {
    const jobs = await nomad<JobStatus[]>('/jobs')
    const status = Object.fromEntries(jobs.map((job) => [job.ID, job.Status]))
    expect(status).to.include({
      mysql: 'running',
      cassandra: 'running',
      haproxy: 'running',
      web: 'running',
      analysis: 'running',
      'mysql-archive': 'running',
      'mysql-backup': 'running',
      'mysql-restore': 'running',
      'mysql-rotate': 'running',
    })
  })

  it('runs the system jobs on every node', async () => {
    for (const job of ['cassandra', 'haproxy']) {
      const on = (await running(job)).map((a) => a.NodeName).sort()
      expect(on, job).to.deep.equal(
        nodes()
          .map((n) => n.name)
          .sort(),
      )
    }
  })

  it('has every service passing in Consul', async function () {
    this.timeout(70_000)
    await until(
      'every check in Consul passing',
      async () => {
        const checks = await consul<{ Status: string; Name: string; Node: string }[]>('/health/state/any')
        const bad = checks.filter((c) => c.Status !== 'passing')
        if (bad.length) throw new Error(bad.map((c) => `${c.Node}: ${c.Name} is ${c.Status}`).join('; '))
        return true
      },
      { deadline: 60_000 },
    )
    const names = Object.keys(await consul<Record<string, string[]>>('/catalog/services'))
    expect(names).to.include.members(['mysql', 'mysql-write', 'mysql-read', 'cassandra', 'haproxy', 'site', 'web'])
  })

  it('has one primary among the MySQL instances, and all others as replicas', async () => {
    const instances = await passing('mysql')
    expect(await passing('mysql-primary')).to.have.length(1)
    expect(await passing('mysql-replica')).to.have.length(instances.length - 1)
  })

  it("opens Consul's UI", async () => {
    const page = await fetch(`${process.env['CONSUL_HTTP_ADDR']}/ui/`)
    expect(page.status).to.equal(200)
    expect(await page.text()).to.match(/<title>.*Consul/i)
  })

  it('lets nobody in without a token', async () => {
    const jobs = await fetch(`${process.env['NOMAD_ADDR']}/v1/jobs`)
    expect(jobs.status).to.equal(403)
    const keys = await fetch(`${process.env['CONSUL_HTTP_ADDR']}/v1/kv/shoal/mysql/primary`)
    expect(keys.status).to.equal(403)
  })
})
