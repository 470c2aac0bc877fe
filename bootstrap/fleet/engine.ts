import { request } from 'node:http'

/** One call of a Docker engine's API through its socket. */
function call(socketPath: string, method: 'GET' | 'DELETE', path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, timeout: 10_000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${socketPath}`)))
    sent.on('error', reject)
    sent.end()
  })
}

/** Whether the engine answers. */
export const engineAnswers = async (socket: string): Promise<boolean> =>
  (await call(socket, 'GET', '/_ping')).body === 'OK'

/** As `call`, for an answer that is JSON. @throws Error for any other status than 2xx */
async function json<T>(socket: string, path: string): Promise<T> {
  const { status, body } = await call(socket, 'GET', path)
  if (status < 200 || status > 299) throw new Error(`${socket} answered ${status} to ${path}: ${body.slice(0, 300)}`)
  return JSON.parse(body) as T
}

/** The engine's way of saying that a container has never ended. */
const NEVER = '0001-01-01T00:00:00Z'

/**
 * Removes the containers that hold the networks of groups and were started by the engine itself. An engine that starts brings
 * them back with empty networks, which Nomad then takes for its own: CNI's plugins before 1.3 (Debian 12 has 1.1) can't tell
 * it otherwise. Those that run since Nomad made them stay. Only while Nomad doesn't run.
 */
export async function removeSandboxes(socket: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ name: ['^/?nomad_init_'] }))
  const containers = await json<{ Id: string }[]>(socket, `/containers/json?all=true&filters=${filters}`)
  const looked = containers.map(({ Id }) =>
    json<{ Id: string; State: { FinishedAt: string } }>(socket, `/containers/${Id}/json`),
  )
  const anew = (await Promise.all(looked)).filter(({ State }) => State.FinishedAt !== NEVER)
  await Promise.all(anew.map(({ Id }) => call(socket, 'DELETE', `/containers/${Id}?force=true`)))
}
