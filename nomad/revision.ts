let current = 0

/**
 * How often any tree of constructs was changed. What is made from a tree is kept with it, and made again when it is
 * another one: a job is rendered once in a synth that asks for it four times.
 */
export function revision(): number {
  return current
}

/** To be called by everything that changes what a job renders to, after its construction. */
export function changed(): void {
  current++
}
