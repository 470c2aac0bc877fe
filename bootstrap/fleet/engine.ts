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

/**
 * Removes the containers that hold the networks of groups. An engine that starts brings them back by itself with empty
 * networks, which Nomad then takes for its own: CNI's plugins before 1.3 (Debian 12 has 1.1) can't tell it otherwise. Only
 * before Nomad starts, and only after the engine did.
 */
export async function removeSandboxes(socket: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ name: ['^/?nomad_init_'] }))
  const { body } = await call(socket, 'GET', `/containers/json?all=true&filters=${filters}`)
  const containers = JSON.parse(body) as { Id: string }[]
  await Promise.all(containers.map(({ Id }) => call(socket, 'DELETE', `/containers/${Id}?force=true`)))
}
