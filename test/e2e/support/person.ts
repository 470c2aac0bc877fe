import { randomBytes } from 'node:crypto'

export interface Post {
  readonly id: string
  readonly title: string
  readonly body: string
}

/** Somebody who uses the site's JSON API, through the load balancer of one node after the other. */
export class Person {
  readonly name = `p${randomBytes(6).toString('hex')}`
  readonly password = randomBytes(12).toString('base64url')
  private cookies = new Map<string, string>()

  /** @param sites the addresses of the load balancers, e.g. `http://198.18.0.11` */
  constructor(private readonly sites: readonly string[]) {}

  private turn = 0

  private async ask(method: string, path: string, body?: object, site?: string): Promise<Response> {
    const base = site ?? this.sites[this.turn++ % this.sites.length]
    const response = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: {
        accept: 'application/json',
        cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(20_000),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }

  private async expectOk<T>(response: Response): Promise<T> {
    const text = await response.text()
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text.slice(0, 300)}`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  /** Makes the account, and signs in. */
  async signUp(): Promise<this> {
    await this.expectOk(await this.ask('POST', '/accounts', { username: this.name, password: this.password }))
    return this.signIn()
  }

  async signIn(): Promise<this> {
    await this.expectOk(await this.ask('POST', '/session', { username: this.name, password: this.password }))
    return this
  }

  async signOut(): Promise<void> {
    await this.expectOk(await this.ask('DELETE', '/session'))
  }

  /** Writes a post. */
  async write(title: string, body: string, site?: string): Promise<Post> {
    return (await this.expectOk<{ post: Post }>(await this.ask('POST', '/posts', { title, body }, site))).post
  }

  /** Own posts, newest first: the first page. */
  async posts(site?: string): Promise<Post[]> {
    return (await this.expectOk<{ posts: Post[] }>(await this.ask('GET', '/posts', undefined, site))).posts
  }

  /** The status that reading a post answers with. */
  async statusOf(id: string, site?: string): Promise<number> {
    const response = await this.ask('GET', `/posts/${id}`, undefined, site)
    await response.arrayBuffer()
    return response.status
  }
}
