import { expect } from 'chai'
import { quote } from '../../../bootstrap/commands/shell-quote'
import type { FleetStatus } from '../../../bootstrap/fleet/status'
import { duration, renderStatus, table } from '../../../bootstrap/fleet/status-text'
import { jobStatus, serviceStatus } from '../../../bootstrap/fleet/workloads'

const MB = 1024 * 1024

describe('the status of a fleet', () => {
  const group = { Queued: 0, Running: 0, Starting: 0, Failed: 0, Lost: 0 }
  const stub = { ID: 'web', Type: 'service', Status: 'running', ParentID: '', ParameterizedJob: false }

  it('counts what a job wants and what runs', () => {
    const JobSummary = { Summary: { web: { ...group, Running: 2, Queued: 1 }, other: { ...group, Starting: 1 } } }
    expect(jobStatus({ ...stub, JobSummary })).to.include({ running: 2, wanted: 4 })
  })

  it('calls a parameterized job ready for dispatch', () => {
    expect(jobStatus({ ...stub, ParameterizedJob: true }).status).to.equal('ready for dispatch')
  })

  it('counts an instance as critical when any of its checks is', () => {
    const of = (id: string): { ServiceName: string; ServiceID: string } => ({ ServiceName: 'web', ServiceID: id })
    const checks = [
      { ...of('one'), Status: 'passing' },
      { ...of('one'), Status: 'critical' },
      { ...of('two'), Status: 'passing' },
    ]
    expect(serviceStatus('web', [of('one'), of('two')], checks)).to.deep.equal({ name: 'web', passing: 1, critical: 1 })
  })

  it('shows memory against the limit, and a dead node without it', () => {
    const node = { name: 'demo-1', address: '198.18.0.11', role: 'client' as const, leader: [] }
    const status: FleetStatus = {
      fleet: 'demo',
      network: '198.18.0.0/24',
      nodes: [
        {
          ...node,
          number: 1,
          state: 'ready',
          memory: { total: 300 * MB, withoutCache: 150 * MB, limit: 2048 * MB },
          uptime: 65,
        },
        { ...node, number: 2, name: 'demo-2', state: 'dead' },
      ],
      jobs: [],
      services: [],
      mysqlPrimary: { host: '198.18.0.11', port: 3310, since: 'today', reason: 'first start' },
      nomad: '',
      consul: '',
    }
    const text = renderStatus(status)
    expect(text).to.match(/demo-1 .* ready .* 150 of 2048 MB .* 300 MB .* 1 min 5 s/)
    expect(text).to.match(/demo-2 .* dead .* - /)
    expect(text).to.contain('mysql primary  198.18.0.11:3310 since today (first start)')
    expect(text).to.contain('jobs: none').and.contain('no server answers')
  })

  it('words durations by their two largest units', () => {
    expect([0, 59, 60, 3725, 90000].map(duration)).to.deep.equal(['0 s', '59 s', '1 min', '1 h 2 min', '1 d 1 h'])
  })

  it('aligns columns', () => {
    expect(table(['a', 'b'], [['long', 'x']])).to.deep.equal(['a     b', 'long  x'])
  })

  it('quotes for a shell only what needs it', () => {
    expect(quote('http://198.18.0.11:4646')).to.equal('http://198.18.0.11:4646')
    expect(quote("it's")).to.equal(`'it'\\''s'`)
  })
})
