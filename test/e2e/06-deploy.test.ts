import { expect } from 'chai'
import { run } from './support/run'
import { nodes, nomad, passing, running, type JobStatus } from './support/cluster'
import { Person } from './support/person'
import { until } from './support/until'
import { Visitors } from './support/visitors'

/** What a user types, with how long it took. */
async function cdktf(verb: 'deploy' | 'destroy', env: Record<string, string> = {}): Promise<string> {
  const began = Date.now()
  const printed = await run('npx', ['cdktf', verb, '*', '--auto-approve'], env)
  console.log(`      cdktf ${verb}: ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return printed
}

describe('cdktf deploy', function () {
  this.timeout(1_200_000)

  it('shows no change the second time', async () => {
    const printed = await cdktf('deploy')
    expect(printed).to.not.match(/Plan: [1-9]/)
    expect(printed).to.match(/No changes/)
  })

  it('adds a web instance and a replica by a number, and takes them away again, without losing anything', async () => {
    const sites = nodes().map((n) => `http://${n.address}`)
    const person = await new Person(sites).signUp()
    const post = await person.write('Kept', 'while the tiers grow')
    const urls = sites.map((site) => `${site}/health/live`)
    const visitors = new Visitors([{ urls, headers: {}, each: 4, everyMs: 400 }])
    try {
      await growAndShrink(async () => expect(await person.statusOf(post.id)).to.equal(200))
    } finally {
      await visitors.stop()
    }
    expect(visitors.failures, 'HAProxy hands over to its next process without losing a request').to.deep.equal([])
    expect(visitors.times.length).to.be.above(1000)
  })

  it('destroys everything but the volumes, and comes up again with the data', async () => {
    const sites = nodes().map((n) => `http://${n.address}`)
    const person = await new Person(sites).signUp()
    const post = await person.write('Survives', 'a destroy')

    await cdktf('destroy')
    await until(
      'no job left',
      async () => (await nomad<JobStatus[]>('/jobs')).filter((j) => j.Status !== 'dead').length === 0,
      { deadline: 120_000 },
    )

    await cdktf('deploy')
    await until('the post, after a new deploy', async () => (await person.statusOf(post.id)) === 200, {
      deadline: 120_000,
    })
  })
})

/** One instance of web and of MySQL more, and back. */
async function growAndShrink(look: () => Promise<unknown>): Promise<void> {
  const [web, mysql] = [(await running('web')).length, (await running('mysql')).length]
  await cdktf('deploy', { SHOAL_WEB_INSTANCES: String(web + 1), SHOAL_MYSQL_INSTANCES: String(mysql + 1) })
  expect(await running('web')).to.have.length(web + 1)
  expect(await running('mysql')).to.have.length(mysql + 1)
  await until('the new replica takes reads', async () => (await passing('mysql-replica')).length === mysql, {
    deadline: 180_000,
  })
  const backends = await haproxyBackends()
  expect(backends['web'], 'HAProxy sends traffic to every web instance').to.have.length(web + 1)
  expect(backends['mysql-read'], 'HAProxy sends reads to every instance').to.have.length(mysql + 1)
  expect(backends['mysql-write'], 'HAProxy writes to one').to.have.length(1)
  await look()

  await cdktf('deploy')
  await until(
    'back to the count before',
    async () => (await running('mysql')).length === mysql && (await running('web')).length === web,
    { deadline: 60_000 },
  )
  await look()
}

/** The servers that the first node's HAProxy calls UP, by back end. */
async function haproxyBackends(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  await until(
    'HAProxy reloaded with the new servers UP',
    async () => {
      const csv = await (await fetch(`http://${nodes()[0]?.address}:8404/;csv`)).text()
      for (const key of Object.keys(found)) delete found[key]
      for (const line of csv.split('\n').slice(1)) {
        const cells = line.split(',')
        const [backend = '', server = ''] = cells
        if (server && !['FRONTEND', 'BACKEND'].includes(server) && cells[17]?.startsWith('UP'))
          (found[backend] ??= []).push(server)
      }
      return (found['web']?.length ?? 0) > 3
    },
    { deadline: 60_000 },
  )
  return found
}
