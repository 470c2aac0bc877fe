import { randomUUID } from 'node:crypto'
import { types } from 'cassandra-driver'
import { expect } from 'chai'
import fc from 'fast-check'
import { fromCursor, toCursor } from '../../webapp/forms/cursor.js'
import { isFreshDraft } from '../../webapp/forms/posts.js'
import { CassandraPosts } from '../../webapp/services/cassandra/posts.js'
import { bucketOf, isTimeuuid, newTimeuuid } from '../../webapp/services/cassandra/timeuuid.js'
import { FakeCql } from './fakes.js'

const at = (time: string | number): string => types.TimeUuid.fromDate(new Date(time)).toString()

describe('webapp posts', () => {
  it('keeps a post in the month of its id, in UTC', () => {
    expect(bucketOf(at('2026-11-30T23:59:59.999Z'))).to.equal(202611)
    expect(bucketOf(at('2026-12-01T00:00:00.000Z'))).to.equal(202612)
    expect(bucketOf(at('2027-01-01T00:30:00+02:00'))).to.equal(202612)
  })

  it('lists the month before it writes the post: no post is ever lost from sight', async () => {
    const cql = new FakeCql()
    await new CassandraPosts(cql, 'posts').write(randomUUID(), { id: newTimeuuid(), title: 't', body: 'b' })
    expect(cql.statements[0]).to.include('posts.buckets_by_author')
    expect(cql.statements[1]).to.include('posts.posts_by_author')
  })

  it('pages through any spread over months: newest first, each once, whatever the page size', async () => {
    const times = fc.uniqueArray(fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2026, 11) }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 12 }), async (all, limit) => {
        const store = new CassandraPosts(new FakeCql(), 'posts')
        const author = randomUUID()
        const ids = all.map((time) => at(time))
        for (const id of ids) await store.write(author, { id, title: 't', body: 'b' })
        await store.write(randomUUID(), { id: at(Date.UTC(2025, 6)), title: 'of somebody else', body: 'b' })
        const seen: string[] = []
        let before: string | undefined
        do {
          const page = await store.list(author, { before, limit })
          expect(page.posts.length).to.be.at.most(limit)
          seen.push(...page.posts.map(({ id }) => id))
          before = page.next && fromCursor(toCursor(page.next))
        } while (before !== undefined)
        const newestFirst = [...all].sort((a, b) => b - a)
        expect(seen.map((id) => types.TimeUuid.fromString(id).getDate().getTime())).to.deep.equal(newestFirst)
      }),
      { numRuns: 60 },
    )
  })

  it('has cursors that come back as they were, and knows those of others', () => {
    const id = newTimeuuid()
    expect(toCursor(id)).to.match(/^[\w-]{23}$/)
    expect(fromCursor(toCursor(id))).to.equal(id)
    fc.assert(fc.property(fc.string(), (text) => [undefined, text].includes(fromCursor(text) && text)))
    expect(fromCursor('A'.repeat(23))).to.equal(undefined)
    expect(fromCursor(Buffer.alloc(17, 1).toString('base64url'))).to.equal(undefined)
  })

  it('takes an id from a form when it is about as old as the form can be', () => {
    const now = Date.parse('2026-11-22T12:00:00Z')
    expect(isFreshDraft(at('2026-11-22T11:30:00Z'), now)).to.equal(true)
    expect(isFreshDraft(at('2026-11-22T10:59:00Z'), now)).to.equal(false)
    expect(isFreshDraft(at('2026-11-22T12:02:00Z'), now)).to.equal(false)
    expect(isFreshDraft(randomUUID(), now)).to.equal(false)
    expect(isTimeuuid(newTimeuuid().toUpperCase())).to.equal(false)
  })
})
