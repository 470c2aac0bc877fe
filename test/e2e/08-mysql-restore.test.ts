import { expect } from 'chai'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RowDataPacket } from 'mysql2/promise'
import { nodes, nomad, passing, running, type Allocation } from './support/cluster'
import { connect, kv, wanted } from './support/mysql'
import { until } from './support/until'

const state = join(process.env['SHOAL_STATE'] ?? '/var/lib/shoal', process.env['SHOAL_FLEET'] ?? '')

async function query(host: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await connect(host)
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0]
  } finally {
    connection.destroy()
  }
}

const writer = async (): Promise<string> => {
  const [primary] = await passing('mysql-primary')
  if (!primary) throw new Error('MySQL has no primary')
  return primary.Service.Address
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

describe('MySQL, restored to a moment onto a wiped group', function () {
  this.timeout(1_200_000)
  let instances = 0
  let sites = 0

  async function write(from: number, to: number): Promise<void> {
    const connection = await connect(await writer())
    try {
      for (const id of range(from, to)) await connection.query('INSERT INTO restored VALUES (?, NOW(6))', [id])
    } finally {
      connection.destroy()
    }
  }

  before(async () => {
    instances = await wanted('mysql')
    sites = await wanted('web')
    // A test before this one may have taken a node away: what ran on it goes, and comes back, after the node does.
    await until(
      'as many as the jobs say',
      async () =>
        (await running('mysql')).length === instances &&
        (await passing('mysql')).length === instances &&
        (await passing('web')).length === sites,
      { deadline: 180_000 },
    )
    await query(await writer(), 'DROP TABLE IF EXISTS restored')
    await query(await writer(), 'CREATE TABLE restored (id INT PRIMARY KEY, at DATETIME(6) NOT NULL)')
  })

  it('makes base backups of the replicas', async () => {
    await write(1, 20)
    const before = (await kv<{ id: string }>('backup/latest'))?.id
    await nomad('/job/mysql-backup/periodic/force', { method: 'POST' })
    const latest = await until(
      'a new base backup',
      async () => {
        const found = await kv<{ id: string; bytes: number; seconds: number }>('backup/latest')
        return found !== undefined && found.id !== before && found
      },
      { deadline: 180_000 },
    )
    console.log(`      ${latest.id}: ${latest.bytes} bytes in ${latest.seconds} s`)
  })

  it('has the rows of before the moment, and none of after it', async () => {
    await write(21, 40)
    await pause(100)
    const moment = new Date()
    await pause(100)
    await write(41, 60)
    const passed = Date.now()
    await until(
      'every archive complete up to after the moment',
      async () => {
        const names = nodes().map((node) => node.name)
        const all = await Promise.all(names.map((name) => kv<{ heard: string }>(`backup/archive/${name}`)))
        const archives = all.filter((one) => one !== undefined)
        return archives.length >= instances && archives.every((one) => Date.parse(one.heard) > passed)
      },
      { deadline: 240_000 },
    )

    const scale = (Count: number) =>
      nomad('/job/mysql/scale', {
        method: 'POST',
        body: JSON.stringify({ Count, Target: { Group: 'mysql' }, Message: 'the test wipes the group' }),
      })
    await until('the group stopping', async () => (await scale(0).catch(() => undefined)) !== undefined, {
      deadline: 120_000,
    })
    const alive = async (): Promise<Allocation[]> =>
      (await nomad<Allocation[]>('/job/mysql/allocations')).filter((one) => one.ClientStatus === 'running')
    await until('the group stopped', async () => (await alive()).length === 0, { deadline: 180_000 })
    for (const node of nodes()) {
      const volume = join(state, `node-${node.number}`, 'volumes/mysql')
      for (const name of await readdir(volume)) await rm(join(volume, name), { recursive: true })
    }

    const began = Date.now()
    const { DispatchedJobID: id } = await nomad<{ DispatchedJobID: string }>('/job/mysql-restore/dispatch', {
      method: 'POST',
      body: JSON.stringify({ Meta: { at: moment.toISOString() } }),
    })
    const ended = await until(
      'the restore',
      async () => {
        const all = await nomad<Allocation[]>(`/job/${encodeURIComponent(id)}/allocations`)
        return all.length > 0 && all.every((one) => ['complete', 'failed', 'lost'].includes(one.ClientStatus)) && all
      },
      { deadline: 600_000 },
    )
    expect(ended.map((one) => one.ClientStatus)).to.satisfy((all: string[]) => all.every((one) => one === 'complete'))
    const led = Date.now()
    await until('every instance', async () => (await passing('mysql')).length === instances, { deadline: 300_000 })
    console.log(
      `      writable after ${((led - began) / 1000).toFixed(1)} s, whole after ${((Date.now() - began) / 1000).toFixed(1)} s`,
    )
    for (const { Service } of await passing('mysql')) {
      const ids = (await query(Service.Address, 'SELECT id FROM restored ORDER BY id')).map((row) => Number(row['id']))
      expect(ids, Service.Address).to.deep.equal(range(1, 40))
    }
  })

  it('goes on: writes, and all of the site', async () => {
    await write(61, 70)
    await query(await writer(), 'DROP TABLE restored')
    await until('the site', async () => (await passing('web')).length === sites, { deadline: 180_000 })
  })
})
