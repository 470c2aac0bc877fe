import type { Server } from '@hapi/hapi'

/** What came back, as far as tests look at it. */
export interface Page {
  readonly status: number
  readonly location: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  /** The body as JSON. */
  json<T>(): T
}

/** Keeps cookies, and sends forms with the crumb of the page that it was on: what a browser does. */
export class Browser {
  readonly cookies = new Map<string, string>()

  constructor(
    private readonly server: Server,
    readonly address = '127.0.0.1',
  ) {}

  get(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send('GET', url, undefined, headers)
  }

  /** Sends a form with the crumb, unless the fields have one. */
  form(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    const crumb = this.cookies.get('crumb')
    const body = new URLSearchParams({ ...(crumb ? { crumb } : {}), ...fields }).toString()
    return this.send('POST', url, body, { 'content-type': 'application/x-www-form-urlencoded', ...headers })
  }

  json(method: 'POST' | 'DELETE', url: string, value?: unknown, headers: Record<string, string> = {}): Promise<Page> {
    const body = value === undefined ? undefined : JSON.stringify(value)
    return this.send(method, url, body, { ...(body ? { 'content-type': 'application/json' } : {}), ...headers })
  }

  /** A person that has signed up. */
  async signUp(username: string, password = 'a long password'): Promise<this> {
    await this.get('/signup')
    const page = await this.form('/signup', { username, password })
    if (page.status !== 303) throw new Error(`could not sign up: ${page.status} ${page.body}`)
    return this
  }

  async send(method: string, url: string, payload: string | undefined, headers: Record<string, string>): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await this.server.inject({
      method,
      url,
      payload,
      remoteAddress: '127.0.0.1',
      headers: { 'x-forwarded-for': this.address, ...(cookie ? { cookie } : {}), ...headers },
    })
    const set = response.headers['set-cookie'] ?? []
    for (const line of Array.isArray(set) ? set : [set]) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const location = response.headers['location']
    return {
      status: response.statusCode,
      location: typeof location === 'string' ? location : undefined,
      headers: response.headers,
      body: response.payload,
      json: <T>() => JSON.parse(response.payload) as T,
    }
  }
}
