import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { auth, Client, types } from 'cassandra-driver'
import { CassandraConnection } from '../../webapp/services/cassandra/connection.js'
import { killContainer } from '../failover/fleet/docker'
import { until } from '../failover/fleet/run'
import type { Site } from './site'

const keyspace = 'bench_ring'
const workers = 4
/** Of every virtual fleet. */
const datacenter = 'dc1'

/** Cassandra's nodes killed one after the other, while rows are written and read with the web application's own connection. */
export async function ring(site: Site): Promise<boolean> {
  const { fleet } = site
  const credentials = { user: 'admin', password: await secret(site, 'shoal/cassandra', 'admin_password') }
  const admin = new Client({
    contactPoints: fleet.nodes.map((node) => `${fleet.address(node)}:9042`),
    localDataCenter: datacenter,
    authProvider: new auth.PlainTextAuthProvider(credentials.user, credentials.password),
    queryOptions: { consistency: types.consistencies.localQuorum },
    socketOptions: { readTimeout: 30_000 },
  })
  await admin.connect()
  try {
    await admin.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {'class': 'NetworkTopologyStrategy', '${datacenter}': 3}`,
    )
    await admin.execute(
      `CREATE TABLE IF NOT EXISTS ${keyspace}.rows (worker int, n int, text text, PRIMARY KEY (worker, n))`,
    )
    return await underLoad(site, credentials)
  } finally {
    await admin.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`).catch(() => undefined)
    await admin.shutdown()
  }
}

interface Counts {
  writes: number
  reads: number
  slowestMs: number
  readonly failures: string[]
}

async function underLoad(site: Site, credentials: { user: string; password: string }): Promise<boolean> {
  const { fleet } = site
  const endpoints = fleet.nodes.map((node) => ({ host: fleet.address(node), port: 9042 }))
  const log = { info: () => undefined, warn: () => undefined } as never
  const service = { name: 'cassandra', endpoints: () => endpoints, onChange: () => undefined }
  const connection = new CassandraConnection({ service, datacenter, credentials, log })
  connection.start()
  const counts: Counts = { writes: 0, reads: 0, slowestMs: 0, failures: [] }
  const stop = new AbortController()
  const rows: string[] = []
  const load = Array.from({ length: workers }, (_, worker) => work(connection, worker, counts, stop.signal))
  try {
    await wait(10_000)
    for (const instance of (await site.running('cassandra')).slice(0, 3)) {
      const before = { ...counts, failures: counts.failures.length }
      counts.slowestMs = 0
      const began = performance.now()
      await killContainer(fleet, instance.node, 'cassandra', instance.allocation)
      // Consul still calls it healthy for some seconds: its port tells at once.
      await until(`no Cassandra on node ${instance.node}`, 30, async () => !(await answers(site, instance.node)))
      await until(`Cassandra of node ${instance.node} back`, 300, async () => {
        return (await answers(site, instance.node)) && (await isPassing(site, instance.node))
      })
      const seconds = ((performance.now() - began) / 1000).toFixed(0)
      await wait(15_000)
      rows.push(
        `| node ${instance.node}, back after ${seconds} s | ${counts.writes - before.writes} | ${counts.reads - before.reads} | ${counts.slowestMs.toFixed(0)} | ${counts.failures.length - before.failures} |`,
      )
      console.log(`  ${rows[rows.length - 1]}`)
    }
  } finally {
    stop.abort()
    await Promise.all(load)
    await connection.close()
  }
  console.log(
    `\n| SIGKILL to Cassandra | writes | reads | slowest ms | failed (target 0) |\n|---|---|---|---|---|\n${rows.join('\n')}`,
  )
  for (const failure of counts.failures.slice(0, 20)) console.log(`  ${failure}`)
  return counts.failures.length === 0
}

/** Writes a row, and reads one of before: at LOCAL_QUORUM it must be there. */
async function work(
  connection: CassandraConnection,
  worker: number,
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  const run = async (what: string, statement: string, params: readonly unknown[]) => {
    const began = performance.now()
    try {
      return await connection.execute(statement, params)
    } catch (error) {
      const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
      counts.failures.push(`${new Date().toISOString()} ${what}: ${line}`)
      return undefined
    } finally {
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - began)
    }
  }
  const written: number[] = []
  for (let n = 0; !signal.aborted; n++) {
    const insert = `INSERT INTO ${keyspace}.rows (worker, n, text) VALUES (?, ?, ?)`
    if (await run('write', insert, [worker, n, `row ${n}`])) {
      counts.writes++
      written.push(n)
    }
    const which = written[Math.floor(Math.random() * written.length)]
    if (which !== undefined) {
      const found = await run('read', `SELECT text FROM ${keyspace}.rows WHERE worker = ? AND n = ?`, [worker, which])
      if (found) counts.reads++
      if (found && found[0]?.text !== `row ${which}`)
        counts.failures.push(`row ${which} of worker ${worker} is not there`)
    }
    await wait(20)
  }
}

/** Whether somebody listens where CQL is spoken. */
function answers(site: Site, node: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: site.fleet.address(node), port: 9042, timeout: 1000 })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}

async function isPassing(site: Site, node: number): Promise<boolean> {
  const all = await site.consul.get<{ Node: { Node: string } }[]>('/health/service/cassandra?passing=true')
  return all.some(({ Node }) => Node.Node === site.fleet.nodeName(node))
}

async function secret(site: Site, path: string, item: string): Promise<string> {
  const { Items } = await site.nomad.get<{ Items: Record<string, string> }>(`/var/${path}`)
  const value = Items[item]
  if (value === undefined) throw new Error(`the Nomad variable ${path} has no ${item}`)
  return value
}
