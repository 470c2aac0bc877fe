import { Client, auth, types } from 'cassandra-driver'
import { expect } from 'chai'
import { consul, nodes, nomad, variable, type Allocation, type JobStatus } from './support/cluster'
import { Person } from './support/person'
import { until } from './support/until'

interface Summary {
  finished: string
  posts: number
  postsPerDay: Record<string, number>
  postsPerUser: Record<string, number>
  words: Record<string, number>
}

async function latest(): Promise<Summary | undefined> {
  const [entry] = await consul<{ Value: string }[]>('/kv/shoal/analysis/latest').catch(() => [])
  return entry && (JSON.parse(Buffer.from(entry.Value, 'base64').toString('utf8')) as Summary)
}

describe('the analysis', function () {
  this.timeout(400_000)

  it('gives the counts that an independent query of Cassandra gives, and is gone afterwards', async () => {
    const person = await new Person(nodes().map((n) => `http://${n.address}`)).signUp()
    for (let i = 0; i < 5; i++) await person.write(`Word ${i}`, 'plankton plankton krill')

    const before = await latest()
    const { DispatchedJobID } = await nomad<{ DispatchedJobID: string }>('/job/analysis/dispatch', {
      method: 'POST',
      body: '{}',
    })
    await until(
      'the dispatched job complete',
      async () => {
        const job = await nomad<JobStatus>(`/job/${encodeURIComponent(DispatchedJobID)}`)
        const allocations = await nomad<Allocation[]>(`/job/${encodeURIComponent(DispatchedJobID)}/allocations`)
        if (allocations.some((a) => a.ClientStatus === 'failed'))
          throw new Error('an allocation of the analysis failed')
        return job.Status === 'dead' && allocations.every((a) => a.ClientStatus === 'complete')
      },
      { deadline: 360_000, every: 2000 },
    )
    const summary = await latest()
    expect(summary?.finished).to.not.equal(before?.finished)

    const { username = '', password = '' } = await variable('shoal/posts')
    const client = new Client({
      contactPoints: nodes().map((n) => n.address),
      localDataCenter: 'dc1',
      authProvider: new auth.PlainTextAuthProvider(username, password),
    })
    let posts = 0
    let plankton = 0
    const perUser: Record<string, number> = {}
    const rows = await client.execute('SELECT author_id, body FROM posts.posts_by_author', [], {
      consistency: types.consistencies.localQuorum,
      fetchSize: 500,
    })
    for await (const row of rows) {
      posts++
      const author = String(row['author_id'])
      perUser[author] = (perUser[author] ?? 0) + 1
      plankton += String(row['body']).split('plankton').length - 1
    }
    await client.shutdown()
    expect(summary?.posts).to.equal(posts)
    expect(summary?.words['plankton']).to.equal(plankton)
    expect(summary?.postsPerUser).to.deep.equal(perUser)
    expect(Object.values(summary?.postsPerDay ?? {}).reduce((a, b) => a + b, 0)).to.equal(posts)
  })
})
