import { expect } from 'chai'
import { nodes, nomad, passing, variable, type Allocation } from './support/cluster'
import { connect, kv, wanted, type Account } from './support/mysql'
import { Person } from './support/person'
import { until } from './support/until'

const every = 500

/** Somebody who signs in (MySQL) and writes (Cassandra) each half second, and remembers each request that failed. */
class Visitor {
  readonly failures: string[] = []
  requests = 0
  private going = true
  private readonly visiting: Promise<void>

  constructor(private readonly person: Person) {
    this.visiting = this.visit()
  }

  private async visit(): Promise<void> {
    for (let turn = 1; this.going; turn++) {
      const next = new Promise((wake) => setTimeout(wake, every))
      await this.count('sign in', () => this.person.signIn())
      await this.count('write', () => this.person.write('While a password changes', String(turn)))
      await next
    }
  }

  private async count(what: string, request: () => Promise<unknown>): Promise<void> {
    this.requests++
    await request().catch((error: unknown) => this.failures.push(`${new Date().toISOString()} ${what}: ${error}`))
  }

  async leave(): Promise<void> {
    this.going = false
    await this.visiting
  }
}

/** How often each task of a job's allocations was started again. */
async function restarts(job: string): Promise<Record<string, number>> {
  const all = await nomad<(Allocation & { TaskStates: Record<string, { Restarts: number }> })[]>(
    `/job/${job}/allocations`,
  )
  const running = all.filter((one) => one.ClientStatus === 'running')
  const tasks = running.flatMap(({ ID, TaskStates }) =>
    Object.entries(TaskStates).map(([task, state]) => [`${ID}/${task}`, state.Restarts] as const),
  )
  return Object.fromEntries(tasks)
}

describe('a new password of MySQL', function () {
  this.timeout(900_000)
  let instances = 0

  before(async () => {
    instances = await wanted('mysql')
    const sites = await wanted('web')
    await until(
      'the group and the site whole',
      async () =>
        (await passing('mysql')).length === instances &&
        (await passing('mysql-replica')).length === instances - 1 &&
        (await passing('web')).length === sites,
      { deadline: 180_000 },
    )
  })

  const enters = async (host: string, user: Account, password: string): Promise<boolean> => {
    try {
      ;(await connect(host, user, password)).destroy()
      return true
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ER_ACCESS_DENIED_ERROR') return false
      throw error
    }
  }

  /** @returns seconds until the run was complete */
  async function rotate(account: Account): Promise<number> {
    const began = Date.now()
    const { DispatchedJobID: id } = await nomad<{ DispatchedJobID: string }>('/job/mysql-rotate/dispatch', {
      method: 'POST',
      body: JSON.stringify({ Meta: { account } }),
    })
    const [ended] = await until(
      `the run for ${account}`,
      async () => {
        const all = await nomad<Allocation[]>(`/job/${encodeURIComponent(id)}/allocations`)
        return all.length > 0 && all.every((one) => ['complete', 'failed', 'lost'].includes(one.ClientStatus)) && all
      },
      { deadline: 420_000 },
    )
    expect(ended?.ClientStatus, `the run for ${account}`).to.equal('complete')
    return (Date.now() - began) / 1000
  }

  for (const account of ['app', 'replication'] as const)
    it(`for ${account}: no request fails, and nothing starts again`, async () => {
      const item = `${account}_password`
      const old = (await variable('shoal/mysql'))[item] ?? ''
      const primary = await kv<{ instance: string; since: string }>('primary')
      const before = { ...(await restarts('mysql')), ...(await restarts('web')) }
      const person = await new Person(nodes().map((node) => `http://${node.address}`)).signUp()
      const visitor = new Visitor(person)
      let seconds: number
      try {
        await until('some requests', () => Promise.resolve(visitor.requests > 10), { deadline: 60_000 })
        seconds = await rotate(account)
        const seen = visitor.requests
        // Long enough for each web instance to have read its file again, and to have opened a connection with it.
        await until('more requests', () => Promise.resolve(visitor.requests > seen + 60), { deadline: 180_000 })
      } finally {
        await visitor.leave()
      }
      console.log(
        `      ${account}: ${seconds.toFixed(1)} s, ${visitor.requests} requests, ${visitor.failures.length} failed`,
      )
      expect(visitor.failures).to.deep.equal([])

      const now = (await variable('shoal/mysql'))[item] ?? ''
      expect(now).to.match(/^[A-Za-z0-9_-]{32}$/)
      expect(now === old, 'the variable has the old password').to.equal(false)
      if (account === 'app') expect((await variable('shoal/web'))['mysql_password'] === now).to.equal(true)
      for (const { Service } of await passing('mysql')) {
        expect(await enters(Service.Address, account, now), `${Service.Address} takes the new one`).to.equal(true)
        expect(await enters(Service.Address, account, old), `${Service.Address} takes the old one too`).to.equal(true)
        expect(await enters(Service.Address, account, 'another'), `${Service.Address} takes anything`).to.equal(false)
      }

      expect({ ...(await restarts('mysql')), ...(await restarts('web')) }).to.deep.equal(before)
      expect(await kv('primary')).to.deep.include({ instance: primary?.instance, since: primary?.since })
      await until('every replica attached', async () => (await passing('mysql-replica')).length === instances - 1, {
        deadline: 30_000,
      })
      expect(await kv('state')).to.include({ state: 'writable' })
    })
})
