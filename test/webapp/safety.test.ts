import { expect } from 'chai'
import { Browser } from './browser.js'
import { makeSite, type Site } from './fakes.js'

describe('webapp safety', () => {
  let site: Site
  let ann: Browser
  beforeEach(async () => {
    site = await makeSite()
    ann = await new Browser(site.server).signUp('ann')
  })

  it('refuses a form without the crumb, or with another one', async () => {
    for (const path of ['/posts', '/signout', '/signin', '/signup']) {
      expect((await ann.form(path, { crumb: '', title: 'x', body: 'x' })).status, path).to.equal(403)
      expect((await ann.form(path, { crumb: 'x'.repeat(43), title: 'x', body: 'x' })).status, path).to.equal(403)
    }
    expect((await ann.get('/posts')).status).to.equal(200)
  })

  it('refuses what a browser marks as coming from another site', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await ann.form('/posts', { title: 'x', body: 'x' }, headers)).status).to.equal(403)
    expect((await ann.json('POST', '/api/v1/posts', { title: 'x', body: 'x' }, headers)).status).to.equal(403)
    expect((await ann.json('DELETE', '/api/v1/session', undefined, headers)).status).to.equal(403)
    expect((await ann.get('/posts', headers)).status).to.equal(200)
  })

  it('takes only JSON in the API, so that a form of another site can not write', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const page = await ann.send('POST', '/api/v1/posts', '{"title":"x","body":"x"}', { 'content-type': type })
      expect(page.status, type).to.equal(415)
      const signIn = await ann.send('POST', '/api/v1/session', '{}', { 'content-type': type })
      expect(signIn.status, type).to.equal(415)
    }
  })

  it('sends headers against scripts, frames and caches on pages, errors and redirects', async () => {
    for (const path of ['/posts', '/no-such-page', '/']) {
      const { headers } = await ann.get(path)
      expect(headers['content-security-policy'], path).to.include("default-src 'none'").and.include('frame-ancestors')
      expect(headers['x-content-type-options'], path).to.equal('nosniff')
      expect(headers['cache-control'], path).to.match(/no-store|no-cache/)
    }
  })

  it('gives a new session id at each sign-in, and ends the one before', async () => {
    const before = ann.cookies.get('shoal')
    await ann.form('/signin', { username: 'ann', password: 'a long password' })
    const after = ann.cookies.get('shoal')
    expect(after).not.to.equal(before)
    expect(site.sessions.rows.size).to.equal(1)
    // 192 bits, and a signature.
    expect(after).to.match(/^[\w+/=]{44}\./)
  })

  it('never asks the database about an id that it has not signed', async () => {
    site.sessions.find = () => {
      throw new Error('asked')
    }
    const eve = new Browser(site.server)
    eve.cookies.set('shoal', 'A'.repeat(32))
    expect((await eve.get('/posts')).location).to.include('/signin')
  })

  it('makes cookies that scripts and other sites do not get; over HTTPS only when told', async () => {
    const flags = async (secure: boolean): Promise<string[]> => {
      const { server } = await makeSite({ secure })
      const page = await new Browser(server).get('/signup')
      const crumb = String(page.headers['set-cookie'])
      const response = await server.inject({
        method: 'POST',
        url: '/api/v1/accounts',
        payload: { username: 'bob', password: 'a long password' },
      })
      expect(response.statusCode).to.equal(201)
      const session = await server.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { username: 'bob', password: 'a long password' },
      })
      return [crumb, String(session.headers['set-cookie'])]
    }
    for (const cookie of await flags(true)) expect(cookie).to.match(/Secure; HttpOnly; SameSite=Lax; Path=\/$/)
    for (const cookie of await flags(false))
      expect(cookie)
        .to.match(/HttpOnly; SameSite=Lax/)
        .and.not.match(/Secure/)
  })

  it('refuses bodies that are too large before it reads them', async () => {
    const page = await ann.form('/posts', { title: 'x', body: 'x'.repeat(300_000) })
    expect(page.status).to.equal(413)
    const form = await ann.form('/signin', { username: 'x'.repeat(20_000), password: 'x' })
    expect(form.status).to.equal(413)
  })

  it('takes the longest post that there may be, in any script', async () => {
    const page = await ann.form('/posts', { title: '🐟'.repeat(200), body: '\u{10ffff}'.repeat(20_000) })
    expect(page.status).to.equal(303)
    expect((await ann.form('/posts', { title: 'x', body: 'x'.repeat(20_001) })).status).to.equal(422)
  })

  it('answers garbage with 4xx, not with 5xx', async () => {
    const broken = await ann.send('POST', '/api/v1/posts', '{"title":', { 'content-type': 'application/json' })
    expect(broken.status).to.equal(400)
    for (const value of [
      null,
      [],
      'x',
      { title: 1, body: {} },
      { title: 'x', body: 'x', id: 5 },
      { __proto__: { id: 1 } },
    ]) {
      expect((await ann.json('POST', '/api/v1/posts', value)).status, JSON.stringify(value)).to.be.oneOf([400, 422])
      expect((await ann.json('POST', '/api/v1/session', value)).status, JSON.stringify(value)).to.be.oneOf([400, 422])
    }
    expect((await ann.get('/%')).status).to.be.oneOf([400, 404])
    expect((await ann.get('/api/v1/nothing')).json<{ error: { code: string } }>().error.code).to.equal('not_found')
  })
})
