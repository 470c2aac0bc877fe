import { types } from 'cassandra-driver'

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A new id for a post, with the time of now. */
export function newTimeuuid(): string {
  return types.TimeUuid.now().toString()
}

/** Whether this text is the id of a post, as it is written everywhere: a version 1 UUID in small letters. */
export function isTimeuuid(text: string): boolean {
  return pattern.test(text)
}

/** When an id was made. */
export function timeOf(id: string): Date {
  return types.TimeUuid.fromString(id).getDate()
}

/** The partition of a post: year and month in UTC, like 202611. */
export function bucketOf(id: string): number {
  const time = timeOf(id)
  return time.getUTCFullYear() * 100 + time.getUTCMonth() + 1
}
