/** Seconds of a clock that only goes forward: an age must not change because somebody sets the machine's time. */
export function now(): number {
  return performance.now() / 1000
}
