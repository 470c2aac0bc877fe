import { expect } from 'chai'
import { Browser } from './browser.js'
import { makeSite, type Site } from './fakes.js'

interface Posts {
  readonly posts: readonly { readonly id: string; readonly title: string }[]
  readonly next: string | null
}

describe('webapp API', () => {
  let site: Site
  let ann: Browser
  beforeEach(async () => {
    site = await makeSite()
    ann = await new Browser(site.server).signUp('ann')
  })

  const write = async (person: Browser, title: string) => {
    const page = await person.json('POST', '/api/v1/posts', { title, body: 'text' })
    expect(page.status, page.body).to.equal(201)
    return page.json<{ post: { id: string } }>().post.id
  }

  it('writes a post and reads it back', async () => {
    const id = await write(ann, 'Mine')
    const page = await ann.get(`/api/v1/posts/${id}`)
    expect(page.status).to.equal(200)
    expect(page.json<{ post: { title: string } }>().post.title).to.equal('Mine')
  })

  it('gives 404 for the post of another person, for one that never was, and for nonsense', async () => {
    const id = await write(ann, 'Secret')
    const bob = await new Browser(site.server).signUp('bob')
    for (const path of [id, '5b9d8c80-c6d1-11ef-9d4e-0242ac120002', 'nonsense']) {
      const page = await bob.get(`/api/v1/posts/${path}`)
      expect(page.status, path).to.equal(404)
      expect(page.body).not.to.include('Secret')
    }
    expect((await bob.get('/api/v1/posts')).json<Posts>().posts).to.deep.equal([])
  })

  it('lists own posts newest first, page by page', async () => {
    const ids: string[] = []
    for (const title of ['one', 'two', 'three']) ids.unshift(await write(ann, title))
    const first = (await ann.get('/api/v1/posts?limit=2')).json<Posts>()
    expect(first.posts.map((post) => post.id)).to.deep.equal(ids.slice(0, 2))
    const second = (await ann.get(`/api/v1/posts?limit=2&cursor=${first.next}`)).json<Posts>()
    expect(second.posts.map((post) => post.id)).to.deep.equal(ids.slice(2))
    expect(second.next).to.equal(null)
  })

  it('answers 401 to whoever is not signed in', async () => {
    const id = await write(ann, 'Mine')
    const nobody = new Browser(site.server)
    for (const path of ['/api/v1/posts', `/api/v1/posts/${id}`])
      expect((await nobody.get(path)).status, path).to.equal(401)
    expect((await nobody.json('POST', '/api/v1/posts', { title: 'x', body: 'x' })).status).to.equal(401)
  })
})
