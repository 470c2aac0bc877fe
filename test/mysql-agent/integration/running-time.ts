const TICK = 100
/** A gap between two ticks counts for no more than this, in milliseconds. */
const MOST = 1000

let passed = 0
let ticked = performance.now()
const stalls: string[] = []

function tick(): void {
  const gap = performance.now() - ticked
  ticked += gap
  passed += Math.min(gap, MOST)
  if (gap > 3 * MOST) stalls.push(`${(gap / 1000).toFixed(1)} s until ${new Date().toISOString()}`)
}
setInterval(tick, TICK).unref()

/**
 * Milliseconds in which this process ran. A machine that stands still (a paused virtual machine, a suspended container)
 * uses no deadline up: what is waited for stood still as well.
 */
export function runningTime(): number {
  return passed + Math.min(performance.now() - ticked, MOST)
}

/** When the machine stood still, for a person who reads why a test failed. */
export const stoodStill = (): readonly string[] => stalls
