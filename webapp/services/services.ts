/** A person's account, as the rest of the application sees it. */
export interface Account {
  /** UUID; the partition key of this person's posts. */
  readonly id: string
  readonly username: string
  readonly createdAt: Date
}

export interface NewAccount {
  readonly id: string
  readonly username: string
  /** The username in the form in which it is unique. */
  readonly usernameKey: string
  readonly passwordHash: string
}

/** The username belongs to somebody else. */
export class UsernameTaken extends Error {
  override readonly name = 'UsernameTaken'
}

/** Accounts in MySQL. Every operation may be repeated without a second effect. */
export interface AccountStore {
  /** @throws UsernameTaken, Unavailable */
  create(account: NewAccount): Promise<Account>
  /** @throws Unavailable */
  findByUsernameKey(usernameKey: string): Promise<(Account & { readonly passwordHash: string }) | undefined>
}

/** A session that is valid now. */
export interface FoundSession {
  readonly account: Account
  readonly lastSeenAt: Date
  /** When it ends, however busy it is. */
  readonly expiresAt: Date
  /** `replica` while the writer is away: good for reading, not for writing (docs/decisions/30-webapp.md). */
  readonly confirmedBy: 'writer' | 'replica'
}

/** Sessions in MySQL, known by the SHA-256 of their id only. */
export interface SessionStore {
  /** @throws Unavailable */
  create(idHash: Buffer, accountId: string): Promise<{ readonly expiresAt: Date }>
  /** A session that is neither revoked, nor idle for too long, nor expired. @throws Unavailable when that can not be known */
  find(idHash: Buffer): Promise<FoundSession | undefined>
  /** When this returns, no instance accepts the session any more. @throws Unavailable */
  revoke(idHash: Buffer): Promise<void>
  /** Notes that the session is in use; never fails. */
  touch(idHash: Buffer): void
}

export interface Post {
  /** A timeuuid: which post, and when it was written. */
  readonly id: string
  readonly title: string
  readonly body: string
  readonly createdAt: Date
}

export interface PostPage {
  readonly posts: readonly Post[]
  /** Id of the last post on this page, when there are older ones. */
  readonly next?: string
}

/** Posts in Cassandra. */
export interface PostStore {
  /** Writes a post under an id made by the client of the store, so that a repetition is the same post. @throws Unavailable */
  write(authorId: string, post: { readonly id: string; readonly title: string; readonly body: string }): Promise<Post>
  /** @throws Unavailable */
  find(authorId: string, id: string): Promise<Post | undefined>
  /** Newest first. `before` is the id of the last post of the page before. @throws Unavailable */
  list(authorId: string, options: { readonly before?: string; readonly limit: number }): Promise<PostPage>
}

/** Hashes passwords, a few at a time. */
export interface PasswordHasher {
  /** @throws Unavailable when too many wait */
  hash(password: string): Promise<string>
  /** False for an unknown account too, after the same work. @throws Unavailable when too many wait */
  verify(hash: string | undefined, password: string): Promise<boolean>
}

/** Slows down guessing. */
export interface SignInLimiter {
  /** Seconds until the next attempt is allowed; 0 when it is now. */
  secondsUntilAllowed(usernameKey: string, address: string): Promise<number>
  failed(usernameKey: string, address: string): Promise<void>
  succeeded(usernameKey: string, address: string): Promise<void>
}

export interface Readiness {
  readonly ready: boolean
  /** Each part: `ok` or `unavailable` (the log says why: everybody may read this), and `server: stopping`. */
  readonly parts: Readonly<Record<string, string>>
}

export interface Health {
  readiness(): Readiness
}

/** What the HTTP server needs; tests hand in fakes. */
export interface Services {
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly posts: PostStore
  readonly passwords: PasswordHasher
  readonly signInLimiter: SignInLimiter
  readonly health: Health
}
