import { request } from 'node:http'
import type { Fleet } from './fleet'

interface Container {
  readonly Id: string
  readonly Names: readonly string[]
}

/** One call of a node's Docker engine. @throws Error on any status but success */
function call<T>(socketPath: string, method: 'GET' | 'POST', path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        if (status >= 400) reject(new Error(`docker ${path}: ${status} ${body}`))
        else resolve((body.startsWith('[') || body.startsWith('{') ? JSON.parse(body) : body) as T)
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${socketPath}`)))
    sent.on('error', reject)
    sent.end()
  })
}

/** The tasks of a MySQL group. */
export type MysqlTask = 'mysqld' | 'agent'

/** Id of the running container of a task. @throws Error when there is none */
export async function containerOf(fleet: Fleet, node: number, task: string, allocation: string): Promise<string> {
  const name = `${task}-${allocation}`
  const filters = encodeURIComponent(JSON.stringify({ name: [`^/?${name}$`] }))
  const found = await call<Container[]>(fleet.dockerSocket(node), 'GET', `/containers/json?filters=${filters}`)
  const [container] = found
  if (!container) throw new Error(`no container ${name} runs on ${fleet.nodeName(node)}`)
  return container.Id
}

/** SIGKILL to all of a container, as `docker kill`. */
export async function killContainer(fleet: Fleet, node: number, task: string, allocation: string): Promise<void> {
  const id = await containerOf(fleet, node, task, allocation)
  await call(fleet.dockerSocket(node), 'POST', `/containers/${id}/kill?signal=KILL`)
}

/** The machine's process ids in a container whose command has this name. */
export async function processesOf(fleet: Fleet, node: number, task: string, allocation: string, command: string) {
  const id = await containerOf(fleet, node, task, allocation)
  const arguments_ = encodeURIComponent('-eo pid,comm')
  const top = await call<{ Processes: [string, string][] }>(
    fleet.dockerSocket(node),
    'GET',
    `/containers/${id}/top?ps_args=${arguments_}`,
  )
  return top.Processes.filter(([, name]) => name === command).map(([pid]) => Number(pid))
}
