import { z } from 'zod'

/** A UUID as MySQL keeps it: 16 bytes. */
export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

export function bytesToUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const uuid = z.instanceof(Buffer).transform(bytesToUuid)

export const accountRow = z.object({
  id: uuid,
  username: z.string(),
  password_hash: z.string(),
  created_at: z.date(),
})

/** The row that the writer answers to "is this session valid": always one, with nulls where there is no session. */
export const sessionRow = z.object({
  user_id: uuid.nullable(),
  username: z.string().nullable(),
  account_created_at: z.date().nullable(),
  last_seen_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  fenced: z.coerce.number(),
  position: z.string(),
})
