import type { Account, AccountStore, NewAccount } from '../services.js'
import { UsernameTaken } from '../services.js'
import { isDuplicate } from './errors.js'
import type { MysqlRole, Statement } from './role.js'
import { accountRow, uuidToBytes } from './rows.js'

type StoredAccount = Account & { readonly passwordHash: string }

/** Accounts in MySQL: written to the primary, read from any server that has them. */
export class MysqlAccounts implements AccountStore {
  constructor(
    private readonly writer: MysqlRole,
    private readonly reader: MysqlRole,
  ) {}

  async create(account: NewAccount): Promise<Account> {
    const id = uuidToBytes(account.id)
    await this.writer
      .run(async (connection) =>
        connection.change({
          sql: `INSERT INTO users (id, username, username_key, password_hash, created_at)
                VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3))`,
          values: [id, account.username, account.usernameKey, account.passwordHash],
          // A commit waits for a replica.
          timeoutMs: 3_000,
        }),
      )
      .catch((error: unknown) => {
        // Ours when a lost connection made us do it twice; the row below tells.
        if (!isDuplicate(error)) throw error
      })
    const stored = await this.findOn(this.writer, account.usernameKey)
    if (stored?.id !== account.id) throw new UsernameTaken(account.username)
    return stored
  }

  async findByUsernameKey(usernameKey: string): Promise<StoredAccount | undefined> {
    // Accounts never change, so a copy is as good as the original; one that is missing may just be younger than the replica.
    const copy = await this.findOn(this.reader, usernameKey, 1_000).catch(() => undefined)
    return copy ?? (await this.findOn(this.writer, usernameKey))
  }

  private async findOn(role: MysqlRole, usernameKey: string, deadlineMs?: number): Promise<StoredAccount | undefined> {
    const statement: Statement = {
      sql: 'SELECT id, username, password_hash, created_at FROM users WHERE username_key = ?',
      values: [usernameKey],
    }
    const [row] = await role.run((connection) => connection.query(statement), { deadlineMs })
    if (row === undefined) return undefined
    const { id, username, password_hash, created_at } = accountRow.parse(row)
    return { id, username, passwordHash: password_hash, createdAt: created_at }
  }
}
