import { expect } from 'chai'
import { Haproxy } from '../../jobs/haproxy'
import { onlyGroup, synthesize, task } from './support'

const mysql = { service: 'mysql', agentPort: 3311, primaryPath: '/primary', readPath: '/read?max_lag=5s' }
const make = (props = {}) => synthesize((s) => new Haproxy(s, 'haproxy', { image: 'r/haproxy:1', mysql, ...props }))

describe('the job haproxy', () => {
  it('runs on every node and registers each front end', () => {
    const job = make()
    expect(job.spec.type).to.equal('system')
    expect(onlyGroup(job).service?.map((s) => s.name)).to.deep.equal(['site', 'mysql-write', 'mysql-read', 'haproxy'])
    expect(onlyGroup(job).network?.[0]?.port?.map((p) => p.static)).to.deep.equal([80, 3306, 3307, 8404])
  })

  it('writes to whichever instance calls itself primary, whatever Consul says of its health', () => {
    const config = String(task(make(), 'haproxy').template?.[0]?.data)
    const write = config.slice(config.indexOf('listen mysql-write'), config.indexOf('listen mysql-read'))
    expect(write).to.include('option httpchk GET /primary')
    expect(write).to.include('{{range service "mysql" "any"}}')
    expect(write).to.include('port 3311 on-marked-down shutdown-sessions')
  })

  it('sends requests to healthy web instances alone', () => {
    const config = String(task(make({ webService: 'shop' }), 'haproxy').template?.[0]?.data)
    expect(config).to.include('{{range service "shop"}}')
    // Hapi answers 400 to a request without a Host.
    expect(config).to.include('http-check send meth GET uri /health/ready ver HTTP/1.1 hdr Host shop')
  })

  it('asks another instance where one is silent, but not twice for what may not come twice', () => {
    const config = String(task(make({ onlyOnce: ['/a', '/b'] }), 'haproxy').template?.[0]?.data)
    const [site = '', web = ''] = config.split('frontend site')[1]?.split('\nbackend web') ?? []
    for (const path of ['/a', '/b'])
      expect(site).to.include(`\n  http-request disable-l7-retry if METH_POST { path_beg ${path} }\n`)
    expect(web)
      .to.include('retry-on conn-failure empty-response')
      .and.include('option srvtcpka\n')
      .and.match(/ {2}server .* tcp-ut 3s\n/)
    expect(String(task(make(), 'haproxy').template?.[0]?.data)).not.to.include('disable-l7-retry')
  })

  it('checks a new configuration before it loads it, and reloads without dropping a connection', () => {
    const template = task(make(), 'haproxy').template?.[0]
    expect(template?.change_mode).to.equal('script')
    expect(template?.change_script?.command).to.equal('/usr/local/bin/haproxy-reload')
    expect(template?.data).to.include('expose-fd listeners')
    expect(template?.data).to.include('option idle-close-on-response')
  })

  it('listens on other ports when told', () => {
    const job = make({ ports: { http: 8000 } })
    expect(onlyGroup(job).network?.[0]?.port?.[0]?.static).to.equal(8000)
    expect(task(job, 'haproxy').template?.[0]?.data).to.include('bind :8000')
  })
})
