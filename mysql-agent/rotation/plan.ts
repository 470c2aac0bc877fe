import type { Passwords } from '../settings.js'

/** An account whose password rotates, and the item of the secrets' file that holds it. */
export interface Account {
  readonly user: string
  readonly host: string
  readonly secret: keyof Passwords
}

/** What the primary's mysqld says of an account. */
export interface AccountState {
  readonly account: Account
  /** It lets the password of the secrets' file in. */
  readonly accepts: boolean
  /** An older password still works beside it. */
  readonly hasOld: boolean
  /** Seconds since the password was set. */
  readonly ageSeconds: number
}

export type Step =
  /** Set the file's password; the one before keeps working. */
  | { readonly do: 'set'; readonly account: Account }
  /** The file's password alone from now on. */
  | { readonly do: 'discard'; readonly account: Account }

/**
 * The accounts that rotate: those that can be used from another machine. `agent` and `root` can't: they are local to the socket inside the
 * allocation (docs/decisions/41-mysql-backup.md).
 */
export function rotating(appUser: string): readonly Account[] {
  return [
    { user: 'replication', host: '%', secret: 'replication' },
    { user: appUser, host: '%', secret: 'app' },
    { user: 'backup', host: '%', secret: 'backup' },
  ]
}

/**
 * What the writable primary does next. All that matters is in mysqld itself (which passwords work, since when), so a new primary goes on where the old
 * one stopped.
 */
export function plan(states: readonly AccountState[], graceSeconds: number): Step[] {
  return states.flatMap(({ account, accepts, hasOld, ageSeconds }): Step[] => {
    if (!accepts) return [{ do: 'set', account }]
    return hasOld && ageSeconds >= graceSeconds ? [{ do: 'discard', account }] : []
  })
}
