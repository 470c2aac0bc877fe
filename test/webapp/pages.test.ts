import { expect } from 'chai'
import { Browser } from './browser.js'
import { makeSite, type Site } from './fakes.js'

describe('webapp pages', () => {
  let site: Site
  let ann: Browser
  beforeEach(async () => {
    site = await makeSite()
    ann = new Browser(site.server)
  })

  it('shows the front page, and sends who is signed in to the posts', async () => {
    const page = await ann.get('/')
    expect(page.status).to.equal(200)
    expect(page.body).to.include('Sign up')
    await ann.signUp('ann')
    expect((await ann.get('/')).location).to.equal('/posts')
  })

  it('signs up, posts, reads back, signs out', async () => {
    await ann.signUp('Ann')
    const written = await ann.form('/posts', { title: 'First', body: 'Hello\r\nworld' })
    expect(written.status).to.equal(303)
    expect((await ann.get(written.location ?? '')).body).to.include('Hello\nworld')
    expect((await ann.get('/posts')).body).to.include('First')
    const cookies = new Map(ann.cookies)
    expect((await ann.form('/signout', {})).location).to.equal('/')
    expect((await ann.get('/posts')).location).to.equal('/signin?next=%2Fposts')
    // The old cookie is worth nothing: the session is gone, not just forgotten by the browser.
    for (const [name, value] of cookies) ann.cookies.set(name, value)
    expect((await ann.get('/posts')).status).to.equal(302)
  })

  it('signs in, and goes on to where one wanted to go', async () => {
    await ann.signUp('ann')
    const again = new Browser(site.server)
    const form = await again.get('/signin?next=/posts?cursor=x')
    expect(form.body).to.include('value="/posts?cursor&#x3D;x"')
    const page = await again.form('/signin', { username: ' ＡＮＮ ', password: 'a long password', next: '/posts/abc' })
    expect(page.status).to.equal(303)
    expect(page.location).to.equal('/posts/abc')
  })

  it('never goes on to another site', async () => {
    await ann.signUp('ann')
    for (const next of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/%0d\nx',
      'javascript:alert(1)',
    ]) {
      const page = await ann.form('/signin', { username: 'ann', password: 'a long password', next })
      expect(page.location, next).to.equal('/posts')
    }
  })

  it('gives 404 for the post of another person, for one that never was, and for nonsense', async () => {
    await ann.signUp('ann')
    const { location = '' } = await ann.form('/posts', { title: 'Secret', body: 'of Ann' })
    const bob = await new Browser(site.server).signUp('bob')
    for (const path of [location, '/posts/5b9d8c80-c6d1-11ef-9d4e-0242ac120002', '/posts/nonsense', '/posts/%00']) {
      const page = await bob.get(path)
      expect(page.status, path).to.equal(404)
      expect(page.body).not.to.include('Secret')
    }
    expect((await bob.get('/posts')).body).not.to.include('Secret')
    const nobody = await new Browser(site.server).get(location)
    expect(nobody.location).to.equal(`/signin?next=${encodeURIComponent(location)}`)
  })

  it('escapes whatever people write', async () => {
    await ann.signUp('ann')
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{crumb}}</textarea>'
    const { location = '' } = await ann.form('/posts', { title: evil, body: evil })
    const refused = await ann.form('/posts', { title: evil, body: '' })
    const pages = [await ann.get(location), await ann.get('/posts'), refused]
    for (const page of pages) {
      expect(page.body).not.to.match(/<script|<img src=x|<\/textarea><script/)
      expect(page.body).to.include('&lt;script&gt;')
    }
    const form = await ann.form('/signin', { username: evil, password: 'x' })
    expect(form.body).not.to.include('<script')
  })

  it('goes through the pages newest first without a gap or a repetition', async () => {
    await ann.signUp('ann')
    for (let i = 0; i < 45; i++) await ann.json('POST', '/api/v1/posts', { title: `Post ${i}.`, body: 'x' })
    const seen: string[] = []
    let path: string | undefined = '/posts'
    while (path) {
      const page = await ann.get(path)
      seen.push(...[...page.body.matchAll(/Post \d+\./g)].map(([title]) => title))
      path = /href="(\/posts\?cursor[^"]+)"/.exec(page.body)?.[1]?.replaceAll('&#x3D;', '=')
    }
    // Those of one millisecond have an order too, if not that in which they were written: each comes once.
    expect(new Set(seen).size).to.equal(45)
    expect(seen).to.have.length(45)
  })

  it('refuses a cursor that is not one of ours', async () => {
    await ann.signUp('ann')
    expect((await ann.get('/posts?cursor=AAAA')).status).to.equal(400)
    expect((await ann.get('/posts?cursor=')).status).to.equal(400)
  })

  it('makes one post of a form that is sent twice, and keeps the first text', async () => {
    await ann.signUp('ann')
    const { body } = await ann.get('/posts')
    const id = /name="id" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const first = await ann.form('/posts', { id, title: 'Once', body: 'first' })
    const second = await ann.form('/posts', { id, title: 'Once', body: 'second' })
    expect(second.location).to.equal(first.location)
    expect((await ann.get(first.location ?? '')).body).to.include('first')
    expect([...(await ann.get('/posts')).body.matchAll(/>Once</g)]).to.have.length(1)
  })

  it('asks to publish again when the form is hours old, and keeps the text', async () => {
    await ann.signUp('ann')
    const id = '5b9d8c80-c6d1-11ef-9d4e-0242ac120002'
    const page = await ann.form('/posts', { id, title: 'Old', body: 'long thought' })
    expect(page.status).to.equal(422)
    expect(page.body).to.include('publish again').and.include('long thought').and.not.include(id)
  })

  it('keeps what was typed, with a message beside the field', async () => {
    await ann.get('/signup')
    const page = await ann.form('/signup', { username: 'ab', password: 'short' })
    expect(page.status).to.equal(422)
    expect(page.body).to.include('at least 3 characters').and.include('at least 10 characters')
    expect(page.body).to.include('value="ab"').and.not.include('value="short"')
    expect(page.body).to.include('aria-describedby="username-error"')
    await ann.signUp('ann')
    const long = await ann.form('/posts', { title: 'x'.repeat(201), body: '' })
    expect(long.body).to.include('at most 200').and.include('Write something')
  })

  it('says that a username is taken, whatever its spelling', async () => {
    await ann.signUp('Ann')
    const bob = new Browser(site.server)
    await bob.get('/signup')
    const page = await bob.form('/signup', { username: 'ａnn', password: 'another password' })
    expect(page.status).to.equal(422)
    expect(page.body).to.include('taken')
  })

  it('says the same for a wrong password and an unknown name, and slows down guessing', async () => {
    await ann.signUp('ann')
    const eve = new Browser(site.server, '203.0.113.9')
    await eve.get('/signin')
    const wrong = await eve.form('/signin', { username: 'ann', password: 'wrong' })
    const unknown = await eve.form('/signin', { username: 'nobody', password: 'wrong' })
    expect([wrong.status, unknown.status]).to.deep.equal([401, 401])
    expect(wrong.body.replace('value="ann"', '')).to.equal(unknown.body.replace('value="nobody"', ''))
    await eve.form('/signin', { username: 'ANN', password: 'wrong' })
    await eve.form('/signin', { username: 'ann', password: 'wrong' })
    const slow = await eve.form('/signin', { username: 'ann', password: 'a long password' })
    expect(slow.status).to.equal(429)
    expect(Number(slow.headers['retry-after'])).to.be.within(1, 900)
    // The owner of the account comes from elsewhere.
    const owner = new Browser(site.server, '203.0.113.10')
    await owner.get('/signin')
    expect((await owner.form('/signin', { username: 'ann', password: 'a long password' })).status).to.equal(303)
  })
})
