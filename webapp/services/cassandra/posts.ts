import { types } from 'cassandra-driver'
import { z } from 'zod'
import type { Post, PostPage, PostStore } from '../services.js'
import type { Cql, Row } from './connection.js'
import { bucketOf, timeOf } from './timeuuid.js'

/** Posts per month is one partition; one page never walks through more than this many months that turn out empty. */
const maxBuckets = 240

const uuid = z.instanceof(types.Uuid).transform((value) => value.toString())
const postRow = z.object({ id: uuid, title: z.string(), body: z.string() })
const bucketRow = z.object({ bucket: z.number().int() })

/** Posts in Cassandra: partitions by author and month, newest first (the schema is the job `cassandra-schema`'s). */
export class CassandraPosts implements PostStore {
  constructor(
    private readonly cql: Cql,
    private readonly keyspace: string,
  ) {}

  async write(authorId: string, post: { id: string; title: string; body: string }): Promise<Post> {
    const author = types.Uuid.fromString(authorId)
    const bucket = bucketOf(post.id)
    // The month first: a post whose month is not listed would never be seen.
    await this.cql.execute(`INSERT INTO ${this.keyspace}.buckets_by_author (author_id, bucket) VALUES (?, ?)`, [
      author,
      bucket,
    ])
    await this.cql.execute(
      `INSERT INTO ${this.keyspace}.posts_by_author (author_id, bucket, id, title, body) VALUES (?, ?, ?, ?, ?)`,
      [author, bucket, types.TimeUuid.fromString(post.id), post.title, post.body],
    )
    return { ...post, createdAt: timeOf(post.id) }
  }

  async find(authorId: string, id: string): Promise<Post | undefined> {
    const [row] = await this.cql.execute(
      `SELECT id, title, body FROM ${this.keyspace}.posts_by_author WHERE author_id = ? AND bucket = ? AND id = ?`,
      [types.Uuid.fromString(authorId), bucketOf(id), types.TimeUuid.fromString(id)],
    )
    return row && post(row)
  }

  async list(authorId: string, { before, limit }: { before?: string; limit: number }): Promise<PostPage> {
    const author = types.Uuid.fromString(authorId)
    const posts: Post[] = []
    for (const bucket of await this.buckets(author, before)) {
      // One more than the page tells whether there is another page.
      const missing = limit + 1 - posts.length
      posts.push(...(await this.inBucket(author, bucket, missing, before)))
      if (posts.length > limit) break
    }
    const page = posts.slice(0, limit)
    return { posts: page, next: posts.length > limit ? page.at(-1)?.id : undefined }
  }

  private async buckets(author: types.Uuid, before: string | undefined): Promise<readonly number[]> {
    const newest = before === undefined ? 999_912 : bucketOf(before)
    const rows = await this.cql.execute(
      `SELECT bucket FROM ${this.keyspace}.buckets_by_author WHERE author_id = ? AND bucket <= ? LIMIT ${maxBuckets}`,
      [author, newest],
    )
    return rows.map((row) => bucketRow.parse(row).bucket)
  }

  private async inBucket(
    author: types.Uuid,
    bucket: number,
    limit: number,
    before: string | undefined,
  ): Promise<readonly Post[]> {
    const select = `SELECT id, title, body FROM ${this.keyspace}.posts_by_author WHERE author_id = ? AND bucket = ?`
    // In older months every id is older than `before`: the condition changes nothing there.
    const rows =
      before === undefined
        ? await this.cql.execute(`${select} LIMIT ?`, [author, bucket, limit])
        : await this.cql.execute(`${select} AND id < ? LIMIT ?`, [
            author,
            bucket,
            types.TimeUuid.fromString(before),
            limit,
          ])
    return rows.map(post)
  }
}

function post(row: Row): Post {
  const { id, title, body } = postRow.parse(row)
  return { id, title, body, createdAt: timeOf(id) }
}
