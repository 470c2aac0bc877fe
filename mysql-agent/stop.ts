import { statSync } from 'node:fs'

/** A stop that mysqld-run has announced. */
export interface Stop {
  /** Seconds of the agent's clock. */
  readonly since: number
  /** Which start of mysqld is being stopped; undefined when its socket could not be seen. */
  readonly of: string | undefined
}

/** A stop that has not come after this long won't come any more, in seconds: mysqld-run gives the handing over 20, Nomad mysqld 60. */
export const STOP_SECONDS = 90

/**
 * Which start of mysqld it is: its socket is made anew each time. Nothing is concluded from the times but that they differ, so a
 * clock that was moved means nothing.
 */
export function startOf(socket: string): string | undefined {
  try {
    const { ino, ctimeMs } = statSync(socket)
    return `${ino} ${ctimeMs}`
  } catch {
    return undefined
  }
}

/** mysqld answers: is it another start than the one that was to be stopped, or has the stop not come? */
export function stopIsOver(stop: Stop, start: string | undefined, now: number): boolean {
  if (now - stop.since > STOP_SECONDS) return true
  return start !== undefined && start !== stop.of
}
