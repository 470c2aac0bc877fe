import { statfs } from 'node:fs/promises'

/**
 * With less than this a volume counts as full, in bytes: mysqld stops at a commit that it can't write, and tries again only each minute. Less than any
 * binary log or undo log needs to grow, more than is written between two looks on a node of this size.
 */
export const FULL_BYTES = 16 * 1024 * 1024

/** How much room a volume has, as it was last seen. */
export class Room {
  private free: number | undefined
  private asking = false

  constructor(
    private readonly volume: string,
    private readonly ask: (path: string) => Promise<{ bavail: number; bsize: number }> = statfs,
  ) {}

  /** Looks again, beside whatever else goes on: a file system that hangs must not hold up a look at mysqld. */
  look(): void {
    if (this.asking) return
    this.asking = true
    this.ask(this.volume)
      .then(({ bavail, bsize }) => (this.free = bavail * bsize))
      .catch(() => (this.free = undefined))
      .finally(() => (this.asking = false))
  }

  /** Bytes left for mysqld; undefined when it is not known. */
  get freeBytes(): number | undefined {
    return this.free
  }

  /** Nothing more can be written soon, or now. */
  get full(): boolean {
    return this.free !== undefined && this.free < FULL_BYTES
  }
}
