import { expect } from 'chai'
import { Browser } from './browser.js'
import { makeSite, type Site } from './fakes.js'

describe('webapp while a part is away', () => {
  let site: Site
  let ann: Browser
  beforeEach(async () => {
    site = await makeSite()
    ann = await new Browser(site.server).signUp('ann')
  })

  it('answers 503 with Retry-After and without a word about the inside, and keeps the session', async () => {
    site.sessions.down = true
    const page = await ann.get('/posts')
    expect(page.status).to.equal(503)
    expect(page.headers['retry-after']).to.equal('5')
    expect(page.body)
      .to.include('Back in a moment')
      .and.not.match(/ECONN|MySQL|198\.18/)
    expect(ann.cookies.has('shoal')).to.equal(true)
    site.sessions.down = false
    expect((await ann.get('/posts')).status).to.equal(200)
  })

  it('does not say that somebody is signed out when that could not be done', async () => {
    site.sessions.down = true
    expect((await ann.form('/signout', {})).status).to.equal(503)
    expect(ann.cookies.has('shoal')).to.equal(true)
  })

  it('answers 503 in JSON as well', async () => {
    site.cql.down = true
    const page = await ann.get('/api/v1/posts')
    expect(page.status).to.equal(503)
    expect(page.json<{ error: { code: string } }>().error.code).to.equal('unavailable')
    expect((await ann.form('/posts', { title: 'x', body: 'x' })).status).to.equal(503)
  })

  it('shows the front page without any back end', async () => {
    site.sessions.down = true
    expect((await ann.get('/')).status).to.equal(200)
  })

  it('lets people read, but not write, on the word of a replica', async () => {
    site.sessions.confirmedBy = 'replica'
    site.sessions.lastSeenAt = new Date(0)
    expect((await ann.get('/posts')).status).to.equal(200)
    expect((await ann.form('/posts', { title: 'x', body: 'x' })).status).to.equal(503)
    expect(site.sessions.touched).to.equal(0)
  })

  it('notes now and then that a session is in use', async () => {
    await ann.get('/posts')
    expect(site.sessions.touched).to.equal(0)
    site.sessions.lastSeenAt = new Date(Date.now() - 400_000)
    await ann.get('/posts')
    expect(site.sessions.touched).to.equal(1)
  })

  it('is live whatever happens, and ready when its parts are', async () => {
    expect((await ann.get('/health/ready')).status).to.equal(200)
    site.readiness = { ready: false, parts: { cassandra: 'no quorum' } }
    const page = await ann.get('/health/ready')
    expect(page.status).to.equal(503)
    expect(page.json()).to.deep.equal({ ready: false, parts: { cassandra: 'no quorum' } })
    expect((await ann.get('/health/live')).status).to.equal(200)
  })
})
