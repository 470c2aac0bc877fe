import { randomBytes } from 'node:crypto'
import type { Site } from './site'

/** Somebody with an account and ten posts. @returns the headers that make a request theirs */
export async function signedIn(site: Site): Promise<{ readonly headers: Readonly<Record<string, string>> }> {
  const [edge = ''] = site.edges
  const send = async (path: string, body: object, cookie = ''): Promise<Response> => {
    const response = await fetch(`${edge}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', cookie },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const who = { username: `b${randomBytes(6).toString('hex')}`, password: randomBytes(12).toString('base64url') }
  await send('/accounts', who)
  const session = await send('/session', who)
  const cookie = session.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  for (let i = 0; i < 10; i++) await send('/posts', { title: `Post ${i}`, body: 'a line of it\n'.repeat(20) }, cookie)
  return { headers: { cookie } }
}
