import { createConnection, type Connection } from 'mysql2/promise'
import { consul, nomad, variable } from './cluster'

/** A value below shoal/mysql/ in Consul, or undefined. */
export async function kv<T>(key: string): Promise<T | undefined> {
  const pairs = await consul<{ Value: string }[]>(`/kv/shoal/mysql/${key}`).catch(() => [])
  const [pair] = pairs
  return pair && (JSON.parse(Buffer.from(pair.Value, 'base64').toString('utf8')) as T)
}

/** An account of shoal/mysql, as far as it can be used from another machine. */
export type Account = 'app' | 'replication' | 'backup'

/** Connects to one instance; by default as the application, with the password of now. */
export async function connect(host: string, user: Account = 'app', password?: string): Promise<Connection> {
  return createConnection({
    host,
    port: 3310,
    user,
    password: password ?? (await variable('shoal/mysql'))[`${user}_password`],
    database: user === 'app' ? 'accounts' : undefined,
    connectTimeout: 5000,
    ssl: { rejectUnauthorized: false },
  })
}

/** How many instances a job asks for. */
export async function wanted(id: string): Promise<number> {
  const { TaskGroups } = await nomad<{ TaskGroups: { Count: number }[] }>(`/job/${id}`)
  return TaskGroups.reduce((sum, { Count }) => sum + Count, 0)
}
