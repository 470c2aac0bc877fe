import { expect } from 'chai'
import { nodes } from './support/cluster'
import { Person } from './support/person'

describe('people', function () {
  this.timeout(60_000)
  const sites = nodes().map((node) => `http://${node.address}`)

  for (const site of sites) {
    it(`sign up, write and read back through ${site}`, async () => {
      const person = await new Person([site]).signUp()
      const post = await person.write('First', 'through one node')
      expect((await person.posts()).map((p) => p.id)).to.deep.equal([post.id])
    })
  }

  it('are the same person through every node', async () => {
    const person = await new Person(sites).signUp()
    const written = []
    for (const site of sites) written.push((await person.write(`From ${site}`, '🐟 <b>&amp;', site)).id)
    for (const site of sites) expect((await person.posts(site)).map((p) => p.id)).to.deep.equal([...written].reverse())
  })

  it("read their own posts and nobody else's", async () => {
    const writer = await new Person(sites).signUp()
    const other = await new Person(sites).signUp()
    const post = await writer.write('Mine', 'and only mine')
    for (const site of sites) {
      expect(await writer.statusOf(post.id, site)).to.equal(200)
      expect(await other.statusOf(post.id, site)).to.equal(404)
    }
    expect(await other.posts()).to.deep.equal([])
  })

  it('are out at once on every node when they sign out', async () => {
    const person = await new Person(sites).signUp()
    const post = await person.write('Before', 'signing out')
    await person.signOut()
    for (const site of sites) expect(await person.statusOf(post.id, site)).to.equal(401)
    await person.signIn()
    expect(await person.statusOf(post.id)).to.equal(200)
  })
})
