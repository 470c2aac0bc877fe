import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { clusterFromNomad, PlannerError } from '../../scheduler/placement'

describe('a running cluster', () => {
  /** What Nomad answers, by path without the query. */
  let answers: Record<string, unknown>
  let asked: IncomingMessage[]
  let server: Server
  let address: string

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request)
      const { pathname } = new URL(request.url ?? '', address)
      const answer = answers[pathname]
      if (answer === 'gone') response.writeHead(404).end()
      else if (answer === undefined) response.writeHead(403).end('Permission denied\n')
      else response.end(JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())
  beforeEach(() => {
    asked = []
    answers = {
      '/v1/nodes': [{ ID: 'n1' }, { ID: 'n2' }],
      '/v1/node/n1': { ID: 'n1', NodeResources: {} },
      '/v1/node/n2': { ID: 'n2', NodeResources: {} },
      '/v1/jobs': [
        { ID: 'web', Namespace: 'default' },
        { ID: 'batch/dispatch-1', Namespace: 'other' },
      ],
      '/v1/job/web': { ID: 'web', Namespace: 'default' },
      '/v1/job/batch%2Fdispatch-1': { ID: 'batch/dispatch-1', Namespace: 'other' },
      '/v1/allocations': [
        { ID: 'a1', JobID: 'web', Namespace: 'default', NodeID: 'n1' },
        { ID: 'a2', JobID: 'purged', Namespace: 'default', NodeID: 'n1' },
      ],
      '/v1/deployments': [
        { ID: 'd1', JobID: 'web', Status: 'running' },
        { ID: 'd2', JobID: 'web', Status: 'successful' },
      ],
      '/v1/node/pools': [{ Name: 'all' }, { Name: 'default' }, { Name: 'gpu' }],
      '/v1/namespaces': [{ Name: 'default' }, { Name: 'other' }],
    }
  })

  const ids = (items: readonly object[] | undefined) => items?.map((item) => (item as { ID: string }).ID)

  it('is what its API shows, of all namespaces', async () => {
    answers['/v1/operator/scheduler/configuration'] = { SchedulerConfig: { SchedulerAlgorithm: 'spread' } }
    answers['/v1/volumes'] = [{ ID: 'v1', Namespace: 'other' }]
    answers['/v1/volume/host/v1'] = { ID: 'v1', Name: 'data' }
    const cluster = await clusterFromNomad({ address: `${address}/`, token: 'secret', region: 'eu' })
    expect(ids(cluster.nodes)).to.deep.equal(['n1', 'n2'])
    expect(ids(cluster.jobs)).to.deep.equal(['web', 'batch/dispatch-1'])
    expect(ids(cluster.allocations), 'what is left of a job that is gone').to.deep.equal(['a1'])
    expect(ids(cluster.deployments)).to.deep.equal(['d1'])
    expect(ids(cluster.volumes)).to.deep.equal(['v1'])
    expect(cluster.nodePools).to.deep.equal([{ Name: 'gpu' }])
    expect(cluster.schedulerConfig).to.deep.equal({ SchedulerAlgorithm: 'spread' })
    const urls = asked.map(({ url }) => url ?? '')
    expect(urls).to.include('/v1/allocations?namespace=*&resources=true&region=eu')
    expect(urls).to.include('/v1/job/batch%2Fdispatch-1?namespace=other&region=eu')
    for (const { method, headers } of asked) expect([method, headers['x-nomad-token']]).to.deep.equal(['GET', 'secret'])
  })

  it('does without what only operators may see', async () => {
    const cluster = await clusterFromNomad({ address, token: '' })
    expect(cluster).to.deep.include({ schedulerConfig: undefined, volumes: [] })
    expect(asked.every(({ headers }) => headers['x-nomad-token'] === undefined)).to.equal(true)
  })

  it('is without what went while it was asked', async () => {
    Object.assign(answers, { '/v1/node/n2': 'gone', '/v1/job/web': 'gone' })
    const cluster = await clusterFromNomad({ address, token: '' })
    expect(ids(cluster.nodes)).to.deep.equal(['n1'])
    expect(ids(cluster.jobs)).to.deep.equal(['batch/dispatch-1'])
    expect(cluster.allocations).to.deep.equal([])
  })

  it('is where the environment says', async () => {
    const before = { ...process.env }
    try {
      Object.assign(process.env, { NOMAD_ADDR: address, NOMAD_TOKEN: 'mine', NOMAD_REGION: 'us' })
      await clusterFromNomad()
    } finally {
      for (const name of ['NOMAD_ADDR', 'NOMAD_TOKEN', 'NOMAD_REGION']) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
    expect(asked[0]?.headers['x-nomad-token']).to.equal('mine')
    expect(asked[0]?.url).to.contain('region=us')
  })

  it('that can not be asked says so, and what to do', async () => {
    const refused = async (where: string) => {
      const error = await clusterFromNomad({ address: where }).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(PlannerError)
      return (error as Error).message
    }
    delete answers['/v1/node/n2']
    expect(await refused(address)).to.match(
      /given {4}GET http:\S+\/v1\/node\/n2: 403 Permission denied\n[\s\S]+do {7}set NOMAD_ADDR/,
    )
    expect(await refused('http://127.0.0.1:9')).to.match(
      /^Nomad can not be asked\n {2}given {4}GET http:\/\/127\.0\.0\.1:9\/v1\//,
    )
  })
})
