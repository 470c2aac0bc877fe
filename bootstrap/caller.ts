import { execa, type Options } from 'execa'
import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** For whom root works: the user who called sudo, in a checkout of their own. */
export interface Caller {
  readonly uid: number
  readonly gid: number
  readonly name: string
  readonly home: string
}

/** What {@link findCaller} looks at. */
export interface Seen {
  /** Who this process runs as. */
  readonly uid: number | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whom the checkout belongs to. */
  readonly owner: number
}

/**
 * The user who called sudo. Undefined without sudo, and where the checkout is somebody else's: that user could write
 * nothing there, perhaps not even read it.
 */
export function findCaller({ uid, env, owner }: Seen): Caller | undefined {
  const [sudoUid, sudoGid] = [Number(env.SUDO_UID || NaN), Number(env.SUDO_GID || NaN)]
  if (uid !== 0 || !(sudoUid > 0) || !(sudoGid >= 0) || owner !== sudoUid) return undefined
  // bootstrap/shoal has seen to it that HOME is theirs.
  return { uid: sudoUid, gid: sudoGid, name: env.SUDO_USER || String(sudoUid), home: env.HOME || '/' }
}

const owner = statSync(dirname(fileURLToPath(import.meta.url))).uid

/** The user for whom this process works as root; undefined where there is none. */
export const caller = (): Caller | undefined => findCaller({ uid: process.getuid?.(), env: process.env, owner })

/**
 * Options of a command that has no business as root: the caller's own identity and home, so that what it writes (packages,
 * caches, build output, Terraform's state) is the caller's. As they are where root works for nobody.
 */
export function asCaller<const T extends Options>(options: T, who = caller()): T {
  if (who === undefined) return options
  const { uid, gid, name, home } = who
  return { ...options, uid, gid, env: { ...options.env, HOME: home, USER: name, LOGNAME: name } }
}

/** Hands a file, or a folder with all that is in it, to the caller. Nothing happens where root works for nobody. */
export async function give(path: string, who = caller()): Promise<void> {
  if (who !== undefined && existsSync(path)) await execa('chown', ['-hR', `${who.uid}:${who.gid}`, '--', path])
}

/** Makes a folder and those above it that are missing; they are the caller's. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first !== undefined) await give(first)
}

/** Hands what is root's in a folder to the caller: for what may have been written by a command that needs root. */
export async function reclaim(folder: string, who = caller()): Promise<void> {
  if (who === undefined || !existsSync(folder)) return
  const change = ['-exec', 'chown', '-h', `${who.uid}:${who.gid}`, '{}', '+']
  await execa('find', [folder, '-xdev', '-uid', '0', ...change])
}

/** What root alone has written into a folder becomes its owner's, whoever that is. */
export async function keepOwner(folder: string): Promise<void> {
  if (process.getuid?.() === 0 && existsSync(folder))
    await execa('chown', ['-hR', `--reference=${folder}`, '--', folder])
}
