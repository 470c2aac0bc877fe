/** Someone with a browser that runs no JavaScript: keeps cookies, reads the token of a form, posts it. */
export class Person {
  private readonly cookies = new Map<string, string>()

  /** GET a page. */
  get(url: string): Promise<Page> {
    return this.request(url, { method: 'GET' })
  }

  /** Opens the page with the form, then posts that form with what it hides (its token), as a browser would. */
  async submit(address: string, page: string, action: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const form = await this.get(`${address}${page}`)
    const hidden = hiddenFields(form.body, action)
    if (form.status !== 200 || hidden === undefined) {
      throw new Error(`GET ${address}${page}: status ${form.status}, and no form that posts to ${action}`)
    }
    return this.request(`${address}${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...hidden, ...fields }).toString(),
    })
  }

  private async request(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }), accept: 'text/html' },
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    return { status: response.status, location: response.headers.get('location') ?? '', body: await response.text() }
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/;\s*max-age=0\b/i.test(line) || value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** What came back. */
export interface Page {
  readonly status: number
  /** Where a redirect leads; empty for none. */
  readonly location: string
  readonly body: string
}

/** Hidden fields of the form that posts to `action`, whatever the order of attributes; undefined for no such form. */
export function hiddenFields(html: string, action: string): Record<string, string> | undefined {
  const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)]
  const form = forms.find(([, attributes = '']) => attribute(attributes, 'action') === action)
  if (form === undefined) return undefined
  const inputs = [...(form[2] ?? '').matchAll(/<input\b[^>]*>/gi)].map(([input]) => input)
  return Object.fromEntries(
    inputs
      .filter((input) => attribute(input, 'type') === 'hidden')
      .map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
  )
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
