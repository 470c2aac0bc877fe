import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '../problem.js'
import { type Page, Person } from './person.js'

/** How long a platform that comes back may take, in milliseconds. */
const PATIENCE = 300_000

/**
 * As two people over every address: sign up, post, read back; the other person's post can't be seen.
 * @param addresses `http://198.18.0.11`, one for each node
 * @throws Problem naming the address and the step
 */
export async function smoke(addresses: readonly string[], onProgress: (note: string) => void): Promise<void> {
  const [first = ''] = addresses
  await siteAnswers(addresses, onProgress)
  const author = new Person()
  const other = new Person()
  onProgress('signing up')
  await signUp(author, first)
  await signUp(other, addresses.at(-1) ?? first)
  for (const address of addresses) {
    onProgress(`posting through ${address}`)
    const title = `smoke ${randomBytes(4).toString('hex')}`
    const posted = await author.submit(address, '/posts', '/posts', { title, body: 'Written by the smoke run.' })
    const path = /\/posts\/[^/?]+$/.exec(posted.location)?.[0]
    expect(path !== undefined, address, 'POST /posts', describe(posted), 'a redirect to the post')
    const listed = await author.get(`${address}/posts`)
    expect(listed.body.includes(title), address, 'GET /posts', 'the new post is not in the list', 'own posts')
    const own = await author.get(`${address}${path ?? ''}`)
    expect(own.status === 200 && own.body.includes(title), address, `GET ${path}`, describe(own), 'the post')
    const foreign = await other.get(`${address}${path ?? ''}`)
    expect(foreign.status === 404, address, `GET ${path} as someone else`, describe(foreign), '404')
  }
}

/**
 * As `smoke`, again and again for five minutes until it passes: for a platform that is coming back.
 * @throws Problem as the last try had it
 */
export async function smokeAtLast(addresses: readonly string[], onProgress: (note: string) => void): Promise<void> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    try {
      return await smoke(addresses, onProgress)
    } catch (error) {
      if (Date.now() > deadline) throw error
      onProgress(`not yet: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`)
      await delay(1000)
    }
  }
}

/**
 * Waits until the site answers through every address: HAProxy may learn of a new web instance a second after Nomad does, and
 * after a power cut of all nodes Cassandra takes minutes on slow cores.
 * @throws Problem naming those that don't
 */
export async function siteAnswers(
  addresses: readonly string[],
  onProgress: (note: string) => void = () => {},
): Promise<void> {
  const deadline = Date.now() + PATIENCE
  const status = async (address: string): Promise<string> => {
    try {
      return String((await new Person().get(`${address}/signin`)).status)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  for (;;) {
    const found = await Promise.all(addresses.map(status))
    const ready = found.filter((one) => one === '200').length
    if (ready === found.length) return
    onProgress(`waiting for the site: ${ready} of ${found.length} nodes answer`)
    if (Date.now() > deadline) {
      throw new Problem({
        what: 'smoke: the site does not answer through every node',
        given: addresses.map((address, index) => `${address}/signin: ${found[index] ?? ''}`).join('\n'),
        allowed: 'status 200 through every node',
        do: 'see bootstrap/status, HAProxy’s page (port 8404), and: nomad job status web',
      })
    }
    await delay(250)
  }
}

async function signUp(person: Person, address: string): Promise<void> {
  const username = `smoke-${randomBytes(5).toString('hex')}`
  const password = randomBytes(16).toString('base64url')
  const done = await person.submit(address, '/signup', '/signup', { username, password })
  expect(done.status >= 300 && done.status < 400, address, 'POST /signup', describe(done), 'a redirect')
}

const describe = ({ status, location }: Page): string => `status ${status}${location && ` to ${location}`}`

function expect(holds: boolean, address: string, step: string, given: string, allowed: string): void {
  if (holds) return
  throw new Problem({
    what: `smoke: ${step} through ${address} went wrong`,
    given,
    allowed,
    do: 'see: nomad alloc logs -job web, and bootstrap/status',
  })
}
